import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createContext } from '#src/create-context.ts';
import { getMedia } from '#src/files/queries.ts';
import { releaseLooseMedia } from '#src/files/release-loose-media.ts';
import { createGroupOf, openInstance, pumpDry, startQuickSimulator } from '#test/campaigns/stage.ts';
import { filesOf } from '#test/files/filing.ts';
import * as samples from '#test/files/samples.ts';
import { upload } from '#test/files/upload.ts';
import { S3_CREDENTIALS, type S3Server, startS3Server } from '#test/support/s3-server.ts';
import { AUTH_SECRET, createWorld, type World } from '#test/support/world.ts';

let server: S3Server;
let world: World;
beforeAll(async () => {
  server = await startS3Server();
  process.env.AWS_ACCESS_KEY_ID = S3_CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = S3_CREDENTIALS.secretAccessKey;
  world = await createWorld({ env: server.env });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const local = (dataDir: string) => readdir(join(dataDir, 'files'), { recursive: true }).catch(() => []);

test('what the api of one machine took in is sent by the worker of another, fetched once for all recipients', async () => {
  const dataDir = join(world.dataDir, 'another-machine');
  const parts = { databaseUrl: world.databaseUrl, publicUrl: world.ctx.publicUrl, authSecret: AUTH_SECRET };
  const { log, clock } = world.ctx;
  const worker = await createContext(
    { ...world.ctx.config, dataDir },
    { ...parts, log, clock, dns: world.dns, background: false },
  );
  const simulator = await startQuickSimulator({});
  const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  try {
    const { id: mediaId, sha256 } = (await (await upload(world.acme.call, picture, { name: 'afiş.png' })).json()) as {
      id: string;
      sha256: string;
    };
    expect(await local(world.dataDir)).toEqual(['uploads']);
    await openInstance(world.ctx, world.acme, simulator);
    const audience = { groupIds: [await createGroupOf(world.ctx, world.acme, 3)] };
    const body = { name: 'n', channel: 'whatsapp', audience, startAt: null, mediaIds: [mediaId] };
    const { id } = (await (await world.acme.call('POST', '/v1/campaigns', body)).json()) as { id: string };
    await world.drain();
    expect(await pumpDry(worker.ctx)).toBe(3);
    const { data } = (await (await world.acme.call('GET', `/v1/campaigns/${id}/recipients`)).json()) as {
      data: { customerId: string; status: string }[];
    };
    expect(data.map(({ status }) => status)).toEqual(['sent', 'sent', 'sent']);
    expect(await local(dataDir)).toHaveLength(2);
    const [file] = await filesOf(world.acme, data[0]!.customerId);
    expect(file).toMatchObject({ sha256, tags: ['sent-documents'] });
    const thumbnail = await world.acme.call('GET', `/v1/customers/${data[0]!.customerId}/files/${file!.id}/thumbnail`);
    expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/webp']);
    await thumbnail.body?.cancel();
  } finally {
    await simulator.close();
    await worker.close();
  }
});

test('the last reference takes the bytes out of the bucket; a range comes from it; 503 while it is away', async () => {
  const { id } = (await (await upload(world.acme.call, samples.pdf(41))).json()) as { id: string };
  const { storageKey } = await getMedia(world.acme.ctx, id);
  const part = await world.acme.call('GET', `/v1/media/${id}/content`, undefined, { range: 'bytes=0-3' });
  expect([part.status, await part.text()]).toEqual([206, '%PDF']);
  expect((await world.acme.call('DELETE', `/v1/media/${id}`)).status).toBe(204);
  await releaseLooseMedia(world.ctx);
  expect(await world.ctx.storage.exists(storageKey)).toBe(false);

  const { id: other } = (await (await upload(world.acme.call, samples.pdf(42))).json()) as { id: string };
  await server[Symbol.asyncDispose]();
  expect((await world.acme.call('GET', `/v1/media/${other}/content`)).status).toBe(503);
  expect((await upload(world.acme.call, samples.pdf(43))).status).toBe(503);
  server = await startS3Server();
});
