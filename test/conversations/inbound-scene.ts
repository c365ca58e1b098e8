import { readFileSync } from 'node:fs';
import { asc, eq, sql } from 'drizzle-orm';
import { conversations } from '#src/db/schema/conversations.ts';
import { evolutionServers, instances, lanes } from '#src/db/schema/instances.ts';
import { inboundEvents, messages } from '#src/db/schema/messages.ts';
import { newId } from '#src/platform/ids.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';
import { readWebhook } from '#webhooks/inbound/evolution/read-webhook.ts';

export type Knock = { event: string; data: unknown; date_time?: string };

const EPOCH = Date.parse('2026-03-02T09:00:00Z') / 1000;

/** What somebody says, as Evolution tells it; `at` in seconds after nine. */
export const says = (
  phone: string,
  id: string,
  message: object | string,
  { at = 0, key = {}, ...more }: { at?: number; key?: object } & Record<string, unknown> = {},
): Knock => ({
  event: 'messages.upsert',
  data: {
    key: { remoteJid: `${phone.replace('+', '')}@s.whatsapp.net`, fromMe: false, id, addressingMode: 'pn', ...key },
    pushName: 'Ayşe',
    message: typeof message === 'string' ? { conversation: message } : message,
    messageType: typeof message === 'string' ? 'conversation' : Object.keys(message)[0],
    messageTimestamp: EPOCH + at,
    ...more,
  },
});
/** What the owner types on the phone. */
export const types = (phone: string, id: string, message: object | string, at = 0): Knock =>
  says(phone, id, message, { at, key: { fromMe: true }, pushName: 'Loja', status: 'SERVER_ACK' });
export const edits = (id: string, conversation: string, at: number, fromMe = false): Knock => ({
  event: 'messages.edited',
  data: { key: { remoteJid: 'x', fromMe, id }, type: 'MESSAGE_EDIT', editedMessage: { conversation } },
  date_time: new Date((EPOCH + at) * 1000).toISOString(),
});
export const recalls = (id: string, at: number, fromMe = false): Knock => ({
  event: 'messages.delete',
  data: { id, fromMe, status: 'DELETED' },
  date_time: new Date((EPOCH + at) * 1000).toISOString(),
});

/** A webhook as recorded. */
export function recorded(name: string): Knock {
  const file = new URL(`../../webhooks/inbound/evolution/samples/${name}.json`, import.meta.url);
  const { event, payload } = readWebhook(JSON.parse(readFileSync(file, 'utf8')))!;
  return { event, data: payload.data, date_time: String(payload.date_time) };
}

/** A number of the member's, without an Evolution behind it. */
export async function addNumber(world: World, { organizationId, userId }: Member): Promise<string> {
  const [server, id] = [newId(), newId()];
  await world.ctx.db.insert(evolutionServers).values({ id: server, url: `http://${server}.invalid`, apiKey: 'x' });
  await world.ctx.db.insert(instances).values({
    id,
    organizationId,
    userId,
    evolutionServerId: server,
    name: 'n',
    providerName: id,
    token: 'x',
    webhookSecretHash: id,
    webhookSecret: 'x',
    webhookJwtKey: 'x',
    status: 'open',
  });
  await world.ctx.db.insert(lanes).values({ instanceId: id, organizationId, userId }).onConflictDoNothing();
  return id;
}

/** acme and globex with a number each, and what Evolution tells of them. */
export async function inboundScene() {
  const world = await createWorld({ now: '2026-03-02T10:00:00Z' });
  const { ctx, acme } = world;
  const instanceId = await addNumber(world, acme);
  const otherInstanceId = await addNumber(world, world.globex);
  const store = async (knocks: Knock[], of: { instanceId: string; organizationId: string }) => {
    const rows = knocks.map(({ event, ...payload }) => ({ ...of, event, payload, receivedAt: ctx.clock.now() }));
    await ctx.db.insert(inboundEvents).values(rows);
  };
  const drain = async () => {
    while ((await drainInboundOnce(ctx)) > 0);
  };
  return {
    ...world,
    instanceId,
    otherInstanceId,
    drainInbound: drain,
    /** Stored, not yet applied. */
    knock: (...knocks: Knock[]) => store(knocks, { instanceId, organizationId: acme.organizationId }),
    knockElsewhere: (...knocks: Knock[]) =>
      store(knocks, { instanceId: otherInstanceId, organizationId: world.globex.organizationId }),
    /** Stored and applied. */
    async hear(...knocks: Knock[]) {
      await store(knocks, { instanceId, organizationId: acme.organizationId });
      await drain();
    },
    async conversationsOf(phone: string) {
      return ctx.db.select().from(conversations).where(eq(conversations.phone, phone)).orderBy(asc(conversations.id));
    },
    async message(id: string) {
      return (await ctx.db.select().from(messages).where(eq(messages.providerMessageId, id)))[0];
    },
    /** Of live events, newest last. */
    async told(type: string) {
      return ctx.db.execute<{ organization_id: string; data: Record<string, unknown> }>(
        sql`select organization_id, data from live_events where type = ${type} order by id`,
      );
    },
    async failures() {
      const rows = await ctx.db.execute(sql`select failure from inbound_events where failure is not null`);
      return rows.length;
    },
  };
}
export type InboundScene = Awaited<ReturnType<typeof inboundScene>>;
