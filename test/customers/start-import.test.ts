import { expect, it } from 'vitest';
import { importCustomersJob } from '#src/customers/jobs.ts';
import { customerImports } from '#src/db/schema/customer-imports.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { json, people, upload } from './importing.ts';

it('400, 413, 415: nothing, too much of it, something else; and nothing is queued', async () => {
  await using world = await createWorld();
  const { acme, globex } = world;
  expect((await upload(acme, '')).status).toBe(400);
  expect((await upload(acme, people(1), '?dryRun=yes')).status).toBe(400);
  expect((await upload(acme, people(1), '?dry=true')).status).toBe(400);
  expect((await upload(acme, people(1), `?groupId=${newId()}`)).status).toBe(400);
  const foreign = await json(globex.call('POST', '/v1/groups', { name: 'G' }));
  expect((await upload(acme, people(1), `?groupId=${foreign.id}`)).status).toBe(400);
  expect((await upload(acme, people(1), '', { 'content-type': 'application/json' })).status).toBe(415);
  expect((await upload(acme, people(1), '', { 'content-length': String(60 * 1024 * 1024) })).status).toBe(413);
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(1024 * 1024, 'a')) });
  expect((await upload(acme, endless)).status).toBe(413);
  expect(await world.ctx.db.select().from(customerImports)).toEqual([]);
  expect(await world.ctx.boss.fetch(importCustomersJob.name)).toEqual([]);
});

it('404: another organization’s import, an unknown one, what is no id', async () => {
  await using world = await createWorld();
  const { id } = await json(upload(world.acme, people(1)));
  for (const [member, path] of [
    [world.globex, id],
    [world.acme, newId()],
    [world.acme, 'x'],
  ] as const)
    expect((await member.call('GET', `/v1/imports/${path}`)).status).toBe(404);
});
