import type { IncomingHttpHeaders } from 'node:http';
import { sql } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { expect } from 'vitest';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { newId } from '#src/platform/ids.ts';
import { type Consumer, serveHooks } from '#test/channels/webhooks/hook-scene.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld, type World, type WorldOptions } from '#test/support/world.ts';
import { deliverDue } from '#webhooks/outbound/run-hook-pump.ts';

export type Knock = { id: string; path: string; headers: IncomingHttpHeaders; body: string };
/** What a consumer answers: a status, or more of it; undefined: 200. */
export type Answer = number | { status: number; headers?: Record<string, string>; body?: string } | undefined;

export type HookConsumer = Consumer & { knocks: Knock[]; ids(): string[] };

/** Someone who is told what happens. */
export async function startConsumer(
  answer: (knock: Knock, nth: number) => Answer | Promise<Answer> = () => 200,
): Promise<HookConsumer> {
  const knocks: Knock[] = [];
  const server = await serveHooks(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    const knock = { id: String(request.headers['webhook-id']), path: request.url!, headers: request.headers, body };
    knocks.push(knock);
    const given = (await answer(knock, knocks.length)) ?? 200;
    const { status, headers = {}, body: text = '' } = typeof given === 'number' ? { status: given } : given;
    response.writeHead(status, headers).end(text);
  });
  return {
    ...server,
    knocks,
    ids: () => knocks.map(({ id }) => id),
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

/** As a consumer does it, with the public library. Throws where the signature does not hold. */
export const verify = (secret: string, { body, headers }: Knock) =>
  new Webhook(secret).verify(body, headers as Record<string, string>) as {
    id: string;
    type: string;
    apiVersion: string;
    timestamp: string;
    organizationId: string;
    data: Record<string, unknown>;
  };

/** The library looks at the clock. */
export const hooksWorld = (options: WorldOptions = {}): Promise<World> =>
  createWorld({ now: new Date().toISOString(), ...options });

export type Made = { id: string; url: string; secret: string };

export async function addEndpoint(who: Member, url: string, more: Record<string, unknown> = {}): Promise<Made> {
  const response = await who.call('POST', '/v1/webhook-endpoints', { url, events: ['*'], ...more });
  expect(response.status).toBe(201);
  return (await response.json()) as Made;
}

// biome-ignore lint/suspicious/noExplicitAny: what is in it is what the test is about to say
export type Json = any;

export async function get(who: Member, path: string): Promise<Json> {
  const response = await who.call('GET', path);
  expect(response.status).toBe(200);
  return response.json();
}

export const readEndpoint = (who: Member, { id }: { id: string }) => get(who, `/v1/webhook-endpoints/${id}`);
export const readDeliveries = async (who: Member, { id }: { id: string }, query = '') =>
  (await get(who, `/v1/webhook-endpoints/${id}/deliveries${query}`)).data as Json[];

/** Something happens that endpoints may hear of. */
export const happen = (who: Member, n = 0, type = 'customer.opted-out') =>
  publishLiveEvent(who.ctx, { type, data: { n } });

/** So much happens at once. */
export const happenOften = (world: World, who: Member, count: number) =>
  world.ctx.db.execute(sql`
    insert into live_events (organization_id, type, data, created_at)
    select ${who.organizationId}, 'message.status-changed', jsonb_build_object('n', n), ${world.clock.now().toISOString()}::timestamptz
    from generate_series(1, ${count}::int) n`);

/** Delivers until nothing is due at the world's clock. */
export async function deliverAll(world: World): Promise<void> {
  while (await deliverDue(world.ctx));
}

export const someId = newId;
