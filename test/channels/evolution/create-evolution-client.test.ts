import { openAsBlob } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEvolutionClient } from '#src/channels/evolution/create-evolution-client.ts';
import type { EvolutionClient } from '#src/channels/evolution/evolution-client.ts';
import { answerJson, readAll, startStubServer } from './stub-server.ts';

const sent = { key: { id: '3EB0AA', remoteJid: '905321112233@s.whatsapp.net', fromMe: true }, status: 'PENDING' };
const text = { number: '+905321112233', text: 'Merhaba', messageId: '3EB0000000000000000001' };
const media = {
  number: '+905321112233',
  kind: 'image' as const,
  fileName: 'çağrı "1".png',
  mimeType: 'image/png',
  caption: 'İlk satır\nikinci satır',
  messageId: '3EB0000000000000000002',
};

type Client = EvolutionClient & Disposable;
function clientOf(url: string, timeouts = {}): Client {
  const client = createEvolutionClient({ url, apiKey: 'global-key', timeouts });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

describe('sending', () => {
  it('accepted: posts number, text and our message id under the key of the instance, and nothing else', async () => {
    let body: unknown;
    await using server = await startStubServer(async (request, response) => {
      body = JSON.parse(String(await readAll(request)));
      answerJson(response, 201, sent);
    });
    using client = clientOf(server.url);
    const outcome = await client.sendText('ulak-1', text, 'instance-token');
    expect(outcome).toEqual({
      kind: 'accepted',
      value: { providerMessageId: '3EB0AA', remoteJid: '905321112233@s.whatsapp.net' },
    });
    expect(body).toEqual({ number: '905321112233', text: 'Merhaba', messageId: '3EB0000000000000000001' });
    expect(server.seen).toMatchObject([
      { method: 'POST', path: '/message/sendText/ulak-1', headers: { apikey: 'instance-token' } },
    ]);
  });

  it('accepted: a file goes as multipart, its caption letter for letter', async () => {
    let form: FormData | undefined;
    await using server = await startStubServer(async (request, response) => {
      const bytes = await readAll(request);
      form = await new Response(new Uint8Array(bytes), {
        headers: { 'content-type': request.headers['content-type']! },
      }).formData();
      expect(Number(request.headers['content-length'])).toBe(bytes.length);
      answerJson(response, 201, sent);
    });
    using client = clientOf(server.url);
    const content = new Blob([new Uint8Array([137, 80, 78, 71])], { type: 'image/png' });
    expect(await client.sendMedia('ulak-1', { ...media, content })).toMatchObject({ kind: 'accepted' });
    const { file, ...fields } = Object.fromEntries(form!) as Record<string, string> & { file: File };
    expect(fields).toEqual({
      number: '905321112233',
      messageId: '3EB0000000000000000002',
      mediatype: 'image',
      mimetype: 'image/png',
      fileName: 'çağrı "1".png',
      caption: 'İlk satır\nikinci satır',
    });
    expect([file.name, file.type, file.size]).toEqual(['_a_r___1_.png', 'image/png', 4]);
    expect(server.seen[0]!.path).toBe('/message/sendMedia/ulak-1');
  });

  it('accepted: a voice note goes to the voice route, and no caption is invented', async () => {
    let body = '';
    await using server = await startStubServer(async (request, response) => {
      body = String(await readAll(request));
      answerJson(response, 201, sent);
    });
    using client = clientOf(server.url);
    const content = new Blob(['OggS']);
    const voice = { number: '+905321112233', fileName: 'note.ogg', mimeType: 'audio/ogg', content, messageId: '3EB0' };
    expect(await client.sendVoice('ulak-1', voice)).toMatchObject({ kind: 'accepted' });
    expect(server.seen[0]!.path).toBe('/message/sendWhatsAppAudio/ulak-1');
    expect(body).not.toContain('caption');
  });

  it('memory stays flat: a large file is read from the disk only as fast as the server takes it', async () => {
    await using file = await largeFile(96 * 1024 * 1024);
    const { promise: stalled, resolve: release } = Promise.withResolvers<void>();
    let received = 0;
    await using server = await startStubServer(async (request, response) => {
      await stalled;
      for await (const chunk of request) received += (chunk as Buffer).length;
      answerJson(response, 201, sent);
    });
    using client = clientOf(server.url);
    let read = 0;
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        read += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const content = Object.assign(await openAsBlob(file.path), {});
    const stream = content.stream.bind(content);
    Object.assign(content, { stream: () => stream().pipeThrough(counting) });
    const sending = client.sendMedia('ulak-1', { ...media, kind: 'video', caption: null, content });
    for (let before = -1; before !== read || read === 0; ) {
      before = read;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(read).toBeLessThan(16 * 1024 * 1024);
    release();
    expect(await sending).toMatchObject({ kind: 'accepted' });
    expect(received).toBeGreaterThan(96 * 1024 * 1024);
  });
});

async function largeFile(size: number): Promise<AsyncDisposable & { path: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'ulak-blob-'));
  const path = join(directory, 'large');
  const file = await open(path, 'w');
  await file.truncate(size);
  await file.close();
  return { path, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}

describe('what the network does', () => {
  it('unavailable: nobody listens', async () => {
    const gone = await startStubServer(() => {});
    await gone[Symbol.asyncDispose]();
    using client = clientOf(gone.url);
    expect(await client.sendText('ulak-1', text)).toMatchObject({ kind: 'unavailable', reason: 'refused-connection' });
  });

  it('unavailable: the name does not resolve', async () => {
    using client = clientOf('http://evolution.invalid');
    expect(await client.sendText('ulak-1', text)).toMatchObject({ kind: 'unavailable', reason: 'refused-connection' });
  });

  it('unknown: no answer in time, counted over the whole call and not over silence', async () => {
    await using server = await startStubServer((_request, response) => {
      response.writeHead(201, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    using client = clientOf(server.url, { text: 200 });
    expect(await client.sendText('ulak-1', text)).toMatchObject({ kind: 'unknown', reason: 'timeout' });
  });

  it('unknown: the connection breaks after the request', async () => {
    await using server = await startStubServer((request) => {
      request.on('end', () => request.socket.resetAndDestroy());
      request.resume();
    });
    using client = clientOf(server.url);
    expect(await client.sendText('ulak-1', text)).toMatchObject({ kind: 'unknown', reason: 'connection-lost' });
    const content = new Blob(['png']);
    expect(await client.sendMedia('ulak-1', { ...media, content })).toMatchObject({
      kind: 'unknown',
      reason: 'connection-lost',
    });
  });

  it('unavailable: the connection breaks before the last byte of a file, so nothing can have been sent', async () => {
    await using server = await startStubServer((request) => {
      request.once('data', () => request.socket.resetAndDestroy());
    });
    using client = clientOf(server.url);
    await using file = await largeFile(32 * 1024 * 1024);
    const content = await openAsBlob(file.path);
    expect(await client.sendMedia('ulak-1', { ...media, content })).toMatchObject({
      kind: 'unavailable',
      reason: 'upload-interrupted',
    });
  });

  it('unavailable: the file cannot be read to its end', async () => {
    await using server = await startStubServer((request) => void request.resume());
    using client = clientOf(server.url);
    const content = Object.assign(new Blob([]), {
      stream: () => new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) }),
    });
    expect(await client.sendMedia('ulak-1', { ...media, content })).toMatchObject({
      kind: 'unavailable',
      reason: 'upload-interrupted',
    });
  });

  it('unknown: an answer beyond all measure is cut off', async () => {
    await using server = await startStubServer((_request, response) => {
      response.writeHead(201, { 'content-type': 'application/json' });
      const block = Buffer.alloc(1024 * 1024, 0x20);
      const pour = () => {
        while (!response.destroyed && response.write(block));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    });
    using client = clientOf(server.url);
    expect(await client.sendText('ulak-1', text)).toMatchObject({ kind: 'unknown' });
  });

  it('unavailable: a redirect is not followed', async () => {
    await using other = await startStubServer((_request, response) => answerJson(response, 201, sent));
    await using server = await startStubServer((_request, response) =>
      response.writeHead(307, { location: `${other.url}/x` }).end(),
    );
    using client = clientOf(server.url);
    expect(await client.sendText('ulak-1', text)).toMatchObject({ kind: 'unavailable', reason: 'wrong-server' });
    expect(other.seen).toEqual([]);
  });

  it('keeps one connection for calls one after another', async () => {
    const ports = new Set<number | undefined>();
    await using server = await startStubServer((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume();
      answerJson(response, 201, sent);
    });
    using client = clientOf(server.url);
    for (let i = 0; i < 5; i++) await client.sendText('ulak-1', text);
    expect(ports.size).toBe(1);
  });
});

describe('what can never be asked', () => {
  it.each(['', '../chat', 'a/b', 'x?instanceName=other', 'ü', 'a'.repeat(65), 'a b'])(
    'refuses the instance name %j',
    async (name) => {
      await using server = await startStubServer((_request, response) => answerJson(response, 201, sent));
      using client = clientOf(server.url);
      await expect((async () => client.sendText(name, text))()).rejects.toThrow('instance name');
      await expect((async () => client.fetchInstance(name))()).rejects.toThrow('instance name');
      await expect(
        (async () =>
          client.create({ name, token: 't', number: null, webhook: { url: 'x', events: [], headers: {} } }))(),
      ).rejects.toThrow('instance name');
      expect(server.seen).toEqual([]);
    },
  );
});
