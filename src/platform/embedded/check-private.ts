import { lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Throws unless the directory is what we made: a real directory, ours (or `owner`'s), writable by nobody else, in a
 * parent where nobody else can swap it. In a shared /tmp another user may have been there first.
 */
export async function checkPrivate(directory: string, owner?: number): Promise<void> {
  const us = process.geteuid?.();
  if (us === undefined) return;
  const trusted = [us, owner ?? us];
  const found = await lstat(directory);
  if (!found.isDirectory() || !trusted.includes(found.uid) || found.mode & 0o022) {
    throw new Error(
      `${directory} is not safe to use: it must be a directory owned by uid ${us} and writable by nobody else ` +
        `(owner ${found.uid}, mode ${(found.mode & 0o7777).toString(8)}). Remove it and start again.`,
    );
  }
  const parent = await stat(dirname(directory));
  const shared = (parent.mode & 0o022) !== 0 && (parent.mode & 0o1000) === 0;
  if (shared || ![0, ...trusted].includes(parent.uid)) {
    throw new Error(`${directory} is not safe to use: others may replace it in ${dirname(directory)}.`);
  }
}
