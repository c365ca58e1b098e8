import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { notFound } from '#src/platform/problem.ts';

export type Flag = { svg: string; etag: string };

/** A country's flag as flag-icons draws it (MIT), four to three. Throws `not-found`. */
export async function readFlag(name: string): Promise<Flag> {
  // only these two letters ever become part of a path
  const [, code] = /^([a-z]{2})\.svg$/.exec(name) ?? [];
  if (!code) throw notFound();
  const home = dirname(createRequire(import.meta.url).resolve('flag-icons/package.json'));
  const svg = await readFile(join(home, 'flags/4x3', `${code}.svg`), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? notFound() : error;
  });
  return { svg, etag: `"${createHash('sha256').update(svg).digest('base64url').slice(0, 22)}"` };
}
