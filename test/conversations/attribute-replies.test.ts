import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepCampaigns } from '#src/campaigns/sweep-campaigns.ts';
import { inboundEvents } from '#src/db/schema/messages.ts';
import { stage } from '#test/campaigns/scene.ts';
import { pumpDry } from '#test/campaigns/stage.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';
import { type Knock, says, types } from './inbound-scene.ts';

let scene: Awaited<ReturnType<typeof stage>>;
let people: { id: string; customerId: string; address: string; messages: { providerMessageId: string }[] }[];

beforeAll(async () => {
  scene = await stage({ count: 6, more: { text: 'Merhaba' } });
  await pumpDry(scene.ctx);
  people = await scene.recipients();
  scene.clock.advance({ hours: 1 });
});
afterAll(() => scene[Symbol.asyncDispose]());

async function hear(...knocks: Knock[]): Promise<void> {
  const of = { instanceId: scene.instanceId, organizationId: scene.acme.organizationId, receivedAt: scene.clock.now() };
  await scene.ctx.db.insert(inboundEvents).values(knocks.map(({ event, ...payload }) => ({ ...of, event, payload })));
  while ((await drainInboundOnce(scene.ctx)) > 0);
  expect(await scene.ctx.db.$count(inboundEvents, sql`failure is not null`)).toBe(0);
}
const DAY = 86_400;
const replied = async (of = scene.id) => {
  const { data } = await (await scene.acme.call('GET', `/v1/campaigns/${of}/recipients?replied=true`)).json();
  return data.map(({ id, repliedAt, optedOut }: Record<string, unknown>) => ({ id, repliedAt, optedOut }));
};
const answersOf = async (id: string) =>
  (
    await scene.ctx.db.execute<{ campaign: string | null; recipient: string | null }>(
      sql`select answers_campaign_id as campaign, answers_recipient_id as recipient from messages where provider_message_id = ${id}`,
    )
  )[0];
const quoting = (id: string) => ({ extendedTextMessage: { text: 'ilgileniyorum', contextInfo: { stanzaId: id } } });

describe('an answer to a campaign', () => {
  it('within the days is counted, once per recipient, with the earliest of his messages', async () => {
    const [first] = people;
    await hear(says(first!.address, 'A2', 'evet', { at: 120 }));
    await hear(says(first!.address, 'A1', 'alo', { at: 60 }));
    await hear(says(first!.address, 'A2', 'evet', { at: 120 }), says(first!.address, 'A3', 'bir daha', { at: 200 }));
    expect(await replied()).toEqual([{ id: first!.id, repliedAt: '2026-03-02T09:01:00.000Z', optedOut: false }]);
    expect(await answersOf('A1')).toEqual({ campaign: scene.id, recipient: first!.id });
    const campaign = await scene.campaign();
    expect(campaign.replies).toEqual({ count: 1, rate: Math.round(10_000 / 6) / 10_000 });
    const list = await (await scene.acme.call('GET', '/v1/campaigns')).json();
    expect(list.data[0].replies.count).toBe(1);
  });

  it('also to a message of which nobody knows yet whether it went out', async () => {
    const second = people[1]!;
    const { db } = scene.ctx;
    const where = sql`where recipient_id = ${second.id}`;
    await db.execute(sql`update messages set status = 'unknown', dispatched_at = sent_at, sent_at = null ${where}`);
    await hear(says(second.address, 'F1', 'geldi mi?', { at: 90 }));
    expect(await answersOf('F1')).toEqual({ campaign: scene.id, recipient: second.id });
    await db.execute(sql`update messages set status = 'read', sent_at = dispatched_at ${where}`);
    await db.execute(sql`update campaign_recipients set replied_at = null where id = ${second.id}`);
  });

  it('neither what we type, nor a reaction, nor what was said before it or after the days', async () => {
    const [, , third, fourth] = people;
    await hear(
      types(third!.address, 'B1', 'buyurun', 10),
      says(third!.address, 'B2', { reactionMessage: { key: { id: 'x' }, text: '👍' } }, { at: 11 }),
      says(third!.address, 'B3', 'önceden', { at: -DAY }),
    );
    scene.clock.advance({ days: 8 });
    await hear(says(fourth!.address, 'B4', 'bir hafta sonra', { at: 7 * DAY + 60 }));
    expect((await replied()).map(({ id }: { id: string }) => id)).toEqual([people[0]!.id]);
    for (const id of ['B2', 'B3', 'B4']) expect(await answersOf(id)).toEqual({ campaign: null, recipient: null });
  });

  it('the organization says how many days', async () => {
    expect((await scene.acme.call('PATCH', '/v1/organization', { replyDays: 0 })).status).toBe(400);
    expect(await (await scene.acme.call('PATCH', '/v1/organization', { replyDays: 30 })).json()).toMatchObject({
      replyDays: 30,
    });
    await hear(says(people[3]!.address, 'C1', 'şimdi', { at: 8 * DAY }));
    expect(await answersOf('C1')).toEqual({ campaign: scene.id, recipient: people[3]!.id });
  });

  it('what quotes a campaign’s message answers that, else the last one', async () => {
    const { id: second } = await (
      await scene.acme.call('POST', '/v1/campaigns', {
        name: 'Yaz',
        channel: 'whatsapp',
        text: 'Yaz geldi',
        audience: { customerIds: people.map(({ customerId }) => customerId) },
        startAt: null,
      })
    ).json();
    await scene.drain();
    await sweepCampaigns(scene.ctx);
    await pumpDry(scene.ctx);
    const fifth = people[4]!;
    const at = 8 * DAY + 7200;
    scene.clock.advance({ hours: 2 });
    await hear(says(fifth.address, 'D1', quoting(fifth.messages[0]!.providerMessageId), { at }));
    await hear(says(people[1]!.address, 'D2', 'sonuncusu', { at }));
    expect(await answersOf('D1')).toEqual({ campaign: scene.id, recipient: fifth.id });
    expect(await answersOf('D2')).toMatchObject({ campaign: second });
    expect(await replied(second)).toHaveLength(1);
  });

  it('a word that opts out is an answer too, and shown as what it is', async () => {
    const sixth = people[5]!;
    await hear(
      says(sixth.address, 'E1', quoting(sixth.messages[0]!.providerMessageId), { at: 9 }),
      says(sixth.address, 'E2', 'DUR', { at: 10 }),
    );
    expect(await replied()).toContainEqual({ id: sixth.id, repliedAt: '2026-03-02T09:00:09.000Z', optedOut: true });
  });

  it('of another organization’s customer answers nothing of ours', async () => {
    const rows = await scene.ctx.db.execute(
      sql`select id from campaign_recipients where replied_at is not null and organization_id <> ${scene.acme.organizationId}`,
    );
    expect(rows).toEqual([]);
    expect((await scene.globex.call('GET', `/v1/campaigns/${scene.id}/recipients?replied=true`)).status).toBe(404);
  });

  it('who has not answered can be listed; anything else is refused', async () => {
    const { data } = await (await scene.acme.call('GET', `/v1/campaigns/${scene.id}/recipients?replied=false`)).json();
    expect(data.length + (await replied()).length).toBe(6);
    expect((await scene.acme.call('GET', `/v1/campaigns/${scene.id}/recipients?replied=maybe`)).status).toBe(400);
  });
});
