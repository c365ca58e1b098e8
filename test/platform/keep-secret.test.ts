import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepSecret } from '#src/platform/keep-secret.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ulak-secret-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('makes a secret once, for its owner alone, and leaves nothing else behind', async () => {
  const path = join(directory, 'secret');
  const first = await keepSecret(path);
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(await keepSecret(path)).toBe(first);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(['secret']);
});

it('gives everyone the same when many ask at once', async () => {
  const path = join(directory, 'secret');
  const secrets = await Promise.all(Array.from({ length: 30 }, () => keepSecret(path)));
  expect(new Set(secrets).size).toBe(1);
  expect(await readdir(directory)).toEqual(['secret']);
});

it('keeps one that an operator wrote', async () => {
  const path = join(directory, 'secret');
  await writeFile(path, 'chosen by hand\n');
  expect(await keepSecret(path)).toBe('chosen by hand');
  expect(await readFile(path, 'utf8')).toBe('chosen by hand\n');
});

it('is as long as it is asked to be', async () => {
  expect(Buffer.from(await keepSecret(join(directory, 'short'), 12), 'base64url')).toHaveLength(12);
});
