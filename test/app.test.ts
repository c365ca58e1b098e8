import { afterAll, describe, expect, it } from 'vitest';
import { createApp } from '#src/app.ts';
import { createWorld } from '#test/support/world.ts';

const CRM = 'https://crm.example.com';
const world = await createWorld();
const config = { ...world.ctx.config, corsOrigins: [CRM] };
const { app, close } = createApp({ ...world.ctx, config });
afterAll(async () => {
  await close();
  await world[Symbol.asyncDispose]();
});

describe('a front end on another origin', () => {
  it('204: may ask with a token and an Idempotency-Key, if its origin is listed', async () => {
    const ask = (origin: string) =>
      app.request('/v1/campaigns', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,idempotency-key',
        },
      });
    const { status, headers } = await ask(CRM);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(CRM);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type,idempotency-key');
    expect((await ask('https://other.example.com')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('reads refusals too, and the headers it has to go by', async () => {
    const { status, headers } = await app.request('/v1/me', { headers: { origin: CRM } });
    expect(status).toBe(401);
    expect(headers.get('access-control-allow-origin')).toBe(CRM);
    for (const name of ['Retry-After', 'Idempotency-Replayed', 'RateLimit', 'X-Request-Id'])
      expect(headers.get('access-control-expose-headers')?.split(',')).toContain(name);
  });
});
