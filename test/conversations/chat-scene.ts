import axios from 'axios';
import { eq, sql } from 'drizzle-orm';
import { followAcks } from '#src/campaigns/follow-acks.ts';
import { sweepCampaigns } from '#src/campaigns/sweep-campaigns.ts';
import { openConversation } from '#src/conversations/open-conversation.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { members } from '#src/db/schema/accounts.ts';
import { conversations } from '#src/db/schema/conversations.ts';
import { messages } from '#src/db/schema/messages.ts';
import type { AckStatus, Message } from '#src/messages/message.ts';
import { newId } from '#src/platform/ids.ts';
import { openInstance, pumpDry, startQuickSimulator } from '#test/campaigns/stage.ts';
import { createMember, type Member } from '#test/support/cast.ts';
import { createWorld, type WorldOptions } from '#test/support/world.ts';

export type ChatScene = Awaited<ReturnType<typeof chat>>;
export const AYSE = '+905321110001';
export const BURAK = '+905321110002';
export const CEREN = '+905321110003';

/** acme with an open number on the simulator. */
export async function chat(options: WorldOptions = {}) {
  const world = await createWorld(options);
  const simulator = await startQuickSimulator();
  const { ctx, acme } = world;
  const instanceId = await openInstance(ctx, acme, simulator);
  const { organizationId } = acme;
  const write = (body: object, member = acme) => member.call('POST', '/v1/messages', body);
  const written = async (body: object): Promise<{ conversationId: string; messages: { id: string }[] }> => {
    const response = await write(body);
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  };
  const row = async (id: string): Promise<Message> =>
    (await ctx.db.select().from(messages).where(eq(messages.id, id)))[0]!;
  return {
    ...world,
    simulator,
    instanceId,
    write,
    written,
    row,
    pump: () => pumpDry(ctx),
    sweep: () => sweepCampaigns(ctx),
    drain: () => world.drain(),
    credits: async () => (await acme.call('GET', '/v1/credits')).json(),
    lines: async () => (await (await acme.call('GET', '/v1/credits/transactions')).json()).data,
    ledger: () => proveLedger(ctx, { quietMinutes: 0 }),
    messages: async (id: string) => (await (await acme.call('GET', `/v1/conversations/${id}/messages`)).json()).data,
    /** No conversations, no messages. */
    clean: () => ctx.db.execute(sql`truncate conversations, messages cascade`),
    /** A colleague without a number of his own. */
    async consultant(): Promise<Member> {
      const member = await createMember(ctx, world.call, `c${newId().slice(-8)}`);
      const { userId } = member;
      await ctx.db.execute(sql`delete from members where user_id = ${userId}`);
      await ctx.db.insert(members).values({ userId, organizationId, role: 'consultant' });
      await ctx.db.execute(
        sql`update sessions set active_organization_id = ${organizationId} where user_id = ${userId}`,
      );
      return member;
    },
    ayseSays: (text: string, minute = 0) =>
      hear({ ctx, organizationId, userId: acme.userId, instanceId }, AYSE, text, {
        saidAt: new Date(ctx.clock.now().getTime() + minute * 60_000),
      }),
    /** The person says something, as inbound keeps it. */
    hear: (phone: string, body: string, more: Partial<Message> = {}) =>
      hear({ ctx, organizationId, userId: acme.userId, instanceId }, phone, body, more),
    ack: async (id: string, status: AckStatus) => {
      const { providerMessageId } = await row(id);
      await followAcks(ctx, [{ instanceId, providerMessageId: providerMessageId!, status, at: world.clock.now() }]);
    },
    faults: (rule: object) =>
      axios.post(`${simulator.url}/simulator/faults`, rule, { headers: { apikey: simulator.apiKey } }),
    async [Symbol.asyncDispose]() {
      await simulator.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

type Ear = {
  ctx: Awaited<ReturnType<typeof createWorld>>['ctx'];
  organizationId: string;
  userId: string;
  instanceId: string;
};

export async function hear(
  { ctx, organizationId, userId, instanceId }: Ear,
  phone: string,
  body: string,
  more: Partial<Message> = {},
): Promise<{ conversationId: string; messageId: string; providerMessageId: string }> {
  const at = more.saidAt ?? ctx.clock.now();
  const [customer] = await ctx.db.execute<{ id: string }>(
    sql`select id from customers where organization_id = ${organizationId} and phone = ${phone} and deleted_at is null`,
  );
  const customerId = customer?.id ?? null;
  const { id: conversationId } = await openConversation(ctx, { organizationId, instanceId, phone });
  const [messageId, providerMessageId] = [newId(), more.providerMessageId ?? `IN-${newId()}`];
  await ctx.db.insert(messages).values({
    id: messageId,
    organizationId,
    userId,
    instanceId,
    conversationId,
    customerId,
    direction: 'in',
    status: 'received',
    kind: 'text',
    address: phone,
    body,
    saidAt: at,
    createdAt: at,
    updatedAt: at,
    ...more,
    providerMessageId,
  });
  if (more.kind !== 'reaction')
    await ctx.db
      .update(conversations)
      .set({
        lastMessageId: messageId,
        lastMessageAt: at,
        lastInboundAt: at,
        unreadCount: sql`${conversations.unreadCount} + 1`,
      })
      .where(eq(conversations.id, conversationId));
  return { conversationId, messageId, providerMessageId };
}
