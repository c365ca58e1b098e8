import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { expect, it } from 'vitest';
import { logRequests } from '#src/platform/log-requests.ts';
import { openLog } from './read-log.ts';

function open() {
  const { log, lines, text } = openLog();
  const app = new Hono();
  app.use(requestId());
  app.use(logRequests(log));
  app.post('/hooks/evolution/:secret', (c) => c.json({}));
  app.get('/broken', (c) => c.json({}, 503));
  return { app, lines, text };
}

it('writes a line a request: who, what, how it ended and how long it took', async () => {
  const { app, lines } = open();
  const response = await app.request('/hooks/evolution/hush', { method: 'POST' });
  expect(lines).toMatchObject([
    {
      level: 'info',
      requestId: response.headers.get('x-request-id'),
      method: 'POST',
      route: '/hooks/evolution/:secret',
      status: 200,
      milliseconds: expect.any(Number),
    },
  ]);
});

it('never writes what stands in the path, nor what is asked', async () => {
  const { app, text } = open();
  await app.request('/hooks/evolution/hush?token=hush', { method: 'POST', headers: { authorization: 'hush' } });
  await app.request('/nowhere/hush');
  expect(text()).not.toContain('hush');
});

it('has probes of health below the usual level, unless they fail', async () => {
  const { app, lines } = open();
  app.get('/healthz', (c) => c.json({}));
  app.get('/readyz', (c) => c.json({}, 503));
  await app.request('/healthz');
  await app.request('/readyz');
  expect(lines).toMatchObject([{ level: 'debug', route: '/healthz' }, { level: 'warn' }]);
});

it('warns of what failed', async () => {
  const { app, lines } = open();
  await app.request('/broken');
  expect(lines).toMatchObject([{ level: 'warn', status: 503 }]);
});
