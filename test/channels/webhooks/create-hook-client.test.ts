import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createTestCertificate } from '#test/webhooks/inbound/sns/test-certificate.ts';
import { clientFor, LOOPBACK, serveHooks, serveSockets } from './hook-scene.ts';

const call = (url: string) => ({ url, headers: { 'content-type': 'application/json' }, body: '{"text":"şimdi"}' });
const failed = (reason: string) => ({ kind: 'failed', reason });

describe('posting', () => {
  it('answers status, Retry-After and the beginning of the body, and keeps the connection', async () => {
    const seen: string[] = [];
    await using server = await serveHooks(async (request, response) => {
      seen.push(Buffer.concat(await Array.fromAsync(request)).toString());
      response.writeHead(503, { 'retry-after': '7' }).end('meşgul\0');
    });
    using client = clientFor();
    for (let i = 0; i < 3; i++)
      expect(await client.post(call(server.url))).toMatchObject({
        kind: 'answered',
        status: 503,
        retryAfter: '7',
        body: 'meşgul',
      });
    expect(seen).toEqual(Array(3).fill('{"text":"şimdi"}'));
    expect(server.connections()).toBe(1);
  });

  it('asks again, once, where an idle connection had been hung up', async () => {
    let calls = 0;
    await using server = await serveSockets((socket) => {
      socket.once('data', () => {
        calls++;
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        // and whatever comes second on this connection finds nobody
        socket.once('data', () => socket.resetAndDestroy());
      });
    });
    using client = clientFor();
    expect(await client.post(call(server.url))).toMatchObject({ status: 200 });
    expect(await client.post(call(server.url))).toMatchObject({ status: 200 });
    expect([calls, server.connections()]).toEqual([2, 2]);
  });

  it('says what failed: nobody there, hung up, no HTTP, no TLS', async () => {
    using client = clientFor();
    const gone = await serveHooks(() => {});
    await gone[Symbol.asyncDispose]();
    expect(await client.post(call(gone.url))).toMatchObject(failed('connection-refused'));
    await using silent = await serveSockets((socket) => socket.once('data', () => socket.destroy()));
    expect(await client.post(call(silent.url))).toMatchObject(failed('connection-failed'));
    await using noise = await serveSockets((socket) => socket.once('data', () => socket.end('nonsense\r\n\r\n')));
    expect(await client.post(call(noise.url))).toMatchObject(failed('invalid-answer'));
    expect(await client.post(call(noise.url.replace('http:', 'https:')))).toMatchObject({ kind: 'failed' });
  });

  it('trusts no certificate that was not given out for the name', async () => {
    const { pem, key } = createTestCertificate();
    const tls = { cert: pem, key: key.export({ type: 'pkcs8', format: 'pem' }) };
    const server = createServer(tls).listen(0, '127.0.0.1');
    await once(server, 'listening');
    using client = clientFor();
    const { port } = server.address() as AddressInfo;
    expect(await client.post(call(`https://127.0.0.1:${port}/`))).toMatchObject(failed('tls-failed'));
    server.close();
  });
});

describe('against a hostile consumer', () => {
  it('F55: follows no redirect: what is behind it is not asked', async () => {
    let asked = 0;
    await using secret = await serveHooks((_request, response) => {
      asked++;
      response.end();
    });
    await using server = await serveHooks((_request, response) =>
      response.writeHead(307, { location: secret.url }).end(),
    );
    using client = clientFor();
    expect(await client.post(call(server.url))).toMatchObject({ kind: 'answered', status: 307 });
    expect(asked).toBe(0);
  });

  it('reads 64 KB of a huge answer, keeps 1 KB of it, and hangs up', async () => {
    let written = 0;
    const closed = Promise.withResolvers<void>();
    await using server = await serveHooks((_request, response) => {
      const more = () => {
        for (let going = true; going && !response.destroyed; written += 16_384)
          going = response.write('ş'.repeat(8_192));
      };
      response.on('drain', more).once('close', closed.resolve);
      more();
    });
    using client = clientFor();
    const outcome = await client.post(call(server.url));
    expect(outcome).toMatchObject({ kind: 'answered', status: 200, body: 'ş'.repeat(512) });
    await closed.promise;
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('waits no longer than its time for an answer that never ends, and takes the status for what it is', async () => {
    await using server = await serveHooks((_request, response) => response.writeHead(200).write('wait'));
    using client = clientFor({ totalMs: 300 });
    expect(await client.post(call(server.url))).toMatchObject({ kind: 'answered', status: 200, body: 'wait' });
  });

  it('timeout: a head that comes byte by byte, or never', async () => {
    await using slow = await serveSockets((socket) => {
      const text = `HTTP/1.1 200 OK\r\nx-slow: ${'.'.repeat(10_000)}`;
      let at = 0;
      const timer = setInterval(() => socket.write(text[at++]!), 20);
      socket.once('close', () => clearInterval(timer));
    });
    await using mute = await serveSockets((socket) => socket.resume());
    using client = clientFor({ totalMs: 300 });
    const outcomes = await Promise.all([slow, mute].map(({ url }) => client.post(call(url))));
    for (const outcome of outcomes) expect(outcome).toMatchObject(failed('timeout'));
  });

  it('invalid-answer: a head without end', async () => {
    await using server = await serveSockets((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = () => {
        while (!socket.destroyed && socket.write(`x-${Math.random()}: ${'.'.repeat(1000)}\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    using client = clientFor();
    expect(await client.post(call(server.url))).toMatchObject(failed('invalid-answer'));
  });

  it('timeout: a name that takes for ever to look up, or a connection that does', async () => {
    using client = clientFor({ resolve: () => new Promise(() => {}), connectMs: 100 });
    expect(await client.post(call('http://slow.example.com/'))).toMatchObject(failed('timeout'));
  });
});

describe('addresses', () => {
  it.each([
    ...['http://169.254.169.254/latest/meta-data/', 'http://[::ffff:169.254.169.254]/', 'http://0x7f000001/'],
    ...['http://2130706433/', 'http://127.1/', 'http://0.0.0.0/', 'http://[::1]/', 'http://[::]/', 'http://localhost/'],
    ...['http://10.0.0.1/', 'http://100.64.0.1/', 'https://192.168.1.1/', 'http://app.localhost:3000/'],
    ...['http://user:secret@example.com/', 'ftp://example.com/', 'http://example.com:25/', 'file:///etc/passwd'],
  ])('refused-target: %s, when it is asked for and when it is posted to', async (url) => {
    using client = clientFor({ allowPrivateTargets: [], resolve: async () => ['93.184.216.34'] });
    expect(await client.inspect(url)).not.toBeNull();
    expect(await client.post(call(url))).toMatchObject(failed('refused-target'));
  });

  it('says what is wrong with a URL', async () => {
    const at: Record<string, string[] | null> = {
      'inside.example.com': ['10.0.0.7'],
      'both.example.com': ['10.0.0.7', '8.8.8.8'],
      'out.example.com': ['8.8.8.8'],
      'gone.example.com': [],
      'mute.example.com': null,
    };
    using open = clientFor({ allowPrivateTargets: [], resolve: async (host) => at[host]! });
    expect(await open.inspect('https://inside.example.com/')).toBe('private');
    for (const host of ['both', 'out', 'gone', 'mute'])
      expect(await open.inspect(`http://${host}.example.com/`)).toBeNull();
    using strict = clientFor({
      allowPrivateTargets: ['10.0.0.0/24'],
      allowInsecure: false,
      resolve: async (host) => at[host]!,
    });
    expect(await strict.inspect('http://out.example.com/')).toBe('insecure');
    expect(await strict.inspect('https://out.example.com/')).toBeNull();
    expect(await strict.inspect('http://inside.example.com/')).toBeNull();
    expect(await strict.inspect('http://8.8.8.8/')).toBe('insecure');
    expect(await strict.post(call('http://8.8.8.8/'))).toMatchObject(failed('refused-target'));
  });

  it('F56: rebinding: a name that was elsewhere when it was asked for is looked at again by whoever connects', async () => {
    let asked = 0;
    await using server = await serveHooks((_request, response) => {
      asked++;
      response.end();
    });
    let answers = ['8.8.8.8'];
    using client = clientFor({ allowPrivateTargets: [], resolve: async () => answers });
    const url = `http://rebound.example.com:${server.port}/`;
    expect(await client.inspect(url)).toBeNull();
    answers = ['127.0.0.1'];
    expect(await client.post(call(url))).toMatchObject(failed('refused-target'));
    answers = ['127.0.0.1', '::ffff:127.0.0.1'];
    expect(await client.post(call(url))).toMatchObject(failed('refused-target'));
    expect(asked).toBe(0);
    using excused = clientFor({ allowPrivateTargets: LOOPBACK, resolve: async () => ['127.0.0.1'] });
    expect(await excused.post(call(url))).toMatchObject({ status: 200 });
  });

  it('of a name with several, only those that may be reached are tried', async () => {
    await using server = await serveHooks((_request, response) => response.end());
    using client = clientFor({ resolve: async () => ['10.255.255.1', '127.0.0.1'] });
    expect(await client.post(call(`http://both.example.com:${server.port}/`))).toMatchObject({ status: 200 });
  });

  it('no-address: where there is none, or nobody could say', async () => {
    for (const found of [[], null]) {
      using client = clientFor({ resolve: async () => found });
      expect(await client.post(call('https://nowhere.example.com/'))).toMatchObject(failed('no-address'));
    }
  });
});
