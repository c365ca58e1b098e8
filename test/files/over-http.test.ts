import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApp } from '#src/app.ts';
import { createWorld, type World } from '#test/support/world.ts';
import * as samples from './samples.ts';
import { formStart, MULTIPART, streamedForm } from './upload.ts';

let world: World;
let origin: string;
const closing: (() => PromiseLike<unknown>)[] = [];
beforeAll(async () => {
  world = await createWorld();
  const { app, close } = createApp(world.ctx, { rateLimits: false });
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closing.push(
    () => new Promise((done) => server.close(done)),
    close,
    () => world[Symbol.asyncDispose](),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

const uploads = () => readdir(join(world.ctx.config.dataDir, 'files', 'uploads')).catch(() => []);
const headers = () => ({ ...MULTIPART, authorization: `Bearer ${world.acme.token}` });
const piece = Buffer.alloc(256 * 1024, 0x20);

test.each([
  ['413', samples.jpeg(), 'too-large'],
  ['415', samples.gif(), 'unsupported-media-type'],
])('%s reaches a sender who still has 20 MB to say, and the upload is gone', async (status, head, code) => {
  const { body } = streamedForm(head, piece, 80);
  const response = await fetch(`${origin}/v1/media`, {
    method: 'POST',
    body,
    headers: headers(),
    duplex: 'half',
  } as RequestInit);
  expect([String(response.status), await response.json()]).toEqual([status, expect.objectContaining({ code })]);
  expect(await uploads()).toEqual([]);
});

test('201 for a video that is sent and read back whole', async () => {
  const video = samples.iso({ padding: 3_000_000 });
  const form = new FormData();
  form.set('file', new File([Uint8Array.from(video)], 'tanıtım.mp4'));
  const authorization = `Bearer ${world.acme.token}`;
  const response = await fetch(`${origin}/v1/media`, { method: 'POST', body: form, headers: { authorization } });
  const { id, fileName } = (await response.json()) as { id: string; fileName: string };
  expect(fileName).toBe('tanıtım.mp4');
  const content = await fetch(`${origin}/v1/media/${id}/content`, { headers: { authorization } });
  expect(Buffer.from(await content.arrayBuffer()).equals(video)).toBe(true);
});

test('a connection that breaks halfway leaves nothing behind', async () => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(origin).port) });
  const head = `POST /v1/media HTTP/1.1\r\nHost: x\r\nContent-Type: ${MULTIPART['content-type']}\r\nAuthorization: Bearer ${world.acme.token}\r\nContent-Length: 90000000\r\n\r\n`;
  socket.write(head + formStart());
  socket.write(Buffer.concat([samples.pdf(), piece, piece]));
  await vi.waitUntil(async () => (await uploads()).length === 1, { timeout: 5000 });
  socket.destroy();
  await vi.waitUntil(async () => (await uploads()).length === 0, { timeout: 5000 });
});
