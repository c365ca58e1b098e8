import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** The secret kept in the file; made (`bytes` random ones, base64url) on first use, for its owner's eyes only. */
export async function keepSecret(path: string, bytes = 32): Promise<string> {
  try {
    await writeFile(path, randomBytes(bytes).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(path, 'utf8')).trim();
}
