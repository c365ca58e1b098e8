import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import { expect } from 'vitest';
import { createAuth } from '#src/accounts/create-auth.ts';
import { createDoorkeeper } from '#src/accounts/doorkeeper.ts';
import { inTransaction } from '#src/context.ts';
import { createLiveHub, type LiveHub } from '#src/live/live-hub.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { liveRoutes } from '#src/live/routes.ts';
import { answerError, mountRoutes } from '#src/platform/router.ts';
import type { Member } from '#test/support/cast.ts';
import type { World } from '#test/support/world.ts';
import { listen } from './listen.ts';

type HubOptions = Parameters<typeof createLiveHub>[1];

/** The live routes on a hub of the test's own, which reads as fast as it can. */
export function openLive(world: World, options: HubOptions = {}, ctx = world.ctx) {
  const hub: LiveHub = createLiveHub(ctx, { pollMs: 5, leastMs: 1, ...options });
  const app = new OpenAPIHono();
  app.use(requestId());
  app.onError((error, c) => answerError(error, c, world.ctx.log));
  mountRoutes(app, liveRoutes(hub), createDoorkeeper(world.ctx, createAuth(world.ctx), { limits: null }));
  const get = async (who: Pick<Member, 'token'> | null, lastEventId?: string) => {
    const headers = {
      ...(who && { authorization: `Bearer ${who.token}` }),
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    return app.fetch(new Request('http://127.0.0.1:3000/v1/events', { headers }));
  };
  const open = async (who: Pick<Member, 'token'>, lastEventId?: string) => {
    return begun(await get(who, lastEventId));
  };
  const openBy = async (headers: Record<string, string>) =>
    begun(await app.fetch(new Request('http://127.0.0.1:3000/v1/events', { headers })));
  return { hub, get, open, openBy, [Symbol.asyncDispose]: () => hub.close() };
}

async function begun(response: Response) {
  expect(response.status).toBe(200);
  const stream = listen(response);
  await stream.until((sent) => sent.retry !== undefined);
  return stream;
}

export const say = (who: Member, n: number) => publishLiveEvent(who.ctx, { type: 'probe.said', data: { n } });
export const numbers = (sent: { data?: unknown }[]) => sent.map(({ data }) => (data as { n: number }).n);

/** A transaction that has written its events and waits before it commits. */
export async function slowly(who: Member, ...said: number[]) {
  const [written, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<boolean>()];
  const done = inTransaction(who.ctx, async (ctx) => {
    for (const n of said) await publishLiveEvent(ctx, { type: 'probe.said', data: { n } });
    written.resolve();
    if (!(await commit.promise)) throw new Error('rolled back');
  });
  await written.promise;
  return {
    commit: async () => {
      commit.resolve(true);
      await done;
    },
    rollBack: async () => {
      commit.resolve(false);
      await done.catch(() => {});
    },
  };
}
