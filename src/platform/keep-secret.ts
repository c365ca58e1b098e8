import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** The secret kept in the file; made (`bytes` random ones, base64url) on first use, for its owner's eyes only. */
export async function keepSecret(path: string, bytes = 32): Promise<string> {
  const kept = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  if (kept?.trim()) return kept.trim();
  await make(path, randomBytes(bytes).toString('base64url'));
  return (await readFile(path, 'utf8')).trim();
}

/** It appears whole or not at all, and the first one stays: other processes may be starting too. */
async function make(path: string, secret: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, secret, { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, path);
  } catch (error) {
    // some file systems know no second name
    if (codeOf(error) !== 'EEXIST') await rename(draft, path);
  }
  await rm(draft, { force: true });
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;
