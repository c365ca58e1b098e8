import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takesCaption } from '#src/files/media.ts';
import { readMedia } from '#src/files/read-media.ts';
import { sweepUploads } from '#src/files/sweep-uploads.ts';
import { Problem } from '#src/platform/problem.ts';
import { createWorld, type World } from '#test/support/world.ts';
import * as samples from './samples.ts';
import { upload } from './upload.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const idOf = async (response: Response) => ((await response.json()) as { id: string }).id;

describe('readMedia', () => {
  test('gives them in the order asked for, twice when asked twice', async () => {
    const [a, b] = [
      await idOf(await upload(world.acme.call, 'a')),
      await idOf(await upload(world.acme.call, samples.png())),
    ];
    const found = await readMedia(world.acme.ctx, [b!, a!, b!.toUpperCase()]);
    expect(found.map((row) => row.id)).toEqual([b, a, b]);
    expect(await readMedia(world.acme.ctx, [])).toEqual([]);
  });

  test('400 with the place of the first that is unknown, foreign or no id', async () => {
    const mine = await idOf(await upload(world.acme.call, 'mine'));
    const foreign = await idOf(await upload(world.globex.call, 'theirs'));
    for (const other of [foreign, '0192d0d0-0000-7000-8000-000000000000', 'nonsense']) {
      const error = await readMedia(world.acme.ctx, [mine, other]).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Problem);
      expect((error as Problem).body('tr', 'r')).toMatchObject({
        status: 400,
        errors: [{ path: 'mediaIds[1]', message: 'Böyle bir dosya yok' }],
      });
    }
  });
});

test('pictures, videos and documents take a caption, sound does not', () => {
  const kinds = ['image', 'video', 'document', 'audio', 'voice'] as const;
  expect(kinds.map(takesCaption)).toEqual([true, true, true, false, false]);
});

test('the sweep removes uploads of more than a day ago and nothing else', async () => {
  const mine = await idOf(await upload(world.acme.call, 'kept'));
  const folder = join(world.ctx.config.dataDir, 'files', 'uploads');
  const at = (hours: number) => new Date(world.clock.now().getTime() - hours * 3_600_000);
  for (const [name, hours] of [
    ['old.part', 25],
    ['old', 25],
    ['young.part', 23],
  ] as const) {
    await writeFile(join(folder, name), 'x');
    await utimes(join(folder, name), at(hours), at(hours));
  }
  expect([await sweepUploads(world.ctx), await sweepUploads(world.ctx)]).toEqual([2, 0]);
  expect((await world.acme.call('GET', `/v1/media/${mine}/content`)).status).toBe(200);
});
