import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The superuser's password: random, made before the cluster and kept beside it in a file only we may read. */
export async function keepPassword(dataDir: string, cluster: string): Promise<string> {
  const path = join(dataDir, 'postgres.password');
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (kept !== undefined && kept.trim() !== '') return kept.trim();
  if (existsSync(cluster)) throw new Error(`${path} is missing, and without it the database in ${cluster} stays shut.`);
  const password = randomBytes(24).toString('base64url');
  await rm(`${path}.tmp`, { force: true });
  await writeFile(`${path}.tmp`, `${password}\n`, { mode: 0o600, flag: 'wx', flush: true });
  await rename(`${path}.tmp`, path);
  return password;
}
