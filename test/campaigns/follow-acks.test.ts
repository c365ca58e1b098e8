import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followAcks } from '#src/campaigns/follow-acks.ts';
import type { Ack, AckStatus } from '#src/messages/message.ts';
import type { Member } from '#test/support/cast.ts';
import { stage } from './scene.ts';
import { pumpDry } from './stage.ts';

const ranks: AckStatus[] = ['SERVER_ACK', 'DELIVERY_ACK', 'READ', 'PLAYED'];
const names = { SERVER_ACK: 'sent', DELIVERY_ACK: 'delivered', READ: 'read', PLAYED: 'played' } as Record<
  AckStatus,
  string
>;

const permutations = <T>(of: T[]): T[][] =>
  of.length <= 1 ? [of] : of.flatMap((one, i) => permutations(of.toSpliced(i, 1)).map((rest) => [one, ...rest]));

async function sent(count = 1) {
  const scene = await stage({ count });
  await pumpDry(scene.ctx);
  await scene.drain();
  const rows = await scene.ctx.db.execute<{ key: string }>(
    sql`select provider_message_id as key from messages order by id`,
  );
  const keys = rows.map(({ key }) => key);
  const ack = (status: AckStatus, key = keys[0]!): Ack => ({
    instanceId: scene.instanceId,
    providerMessageId: key,
    status,
    at: scene.clock.now(),
  });
  const statuses = async () =>
    (await scene.recipients()).flatMap(({ messages }: { messages: { status: string }[] }) =>
      messages.map(({ status }) => status),
    );
  return Object.assign(scene, { keys, ack, statuses });
}

const list = async ({ acme }: { acme: Member }) => (await (await acme.call('GET', '/v1/campaigns')).json()).data;

describe('acks', () => {
  it('F27: every order of the four, any repetition and any batching end at the highest status; it never goes back', async () => {
    await using scene = await sent(48);
    const mixed = fc.sample(fc.array(fc.constantFrom(...ranks), { minLength: 1, maxLength: 8 }), 24);
    const orders = [...permutations(ranks), ...mixed];
    const expected = orders.map((order) => names[ranks[Math.max(...order.map((status) => ranks.indexOf(status)))]!]);
    const highest = new Map<string, number>();
    for (let step = 0; step < 8; step++) {
      const batch = orders.flatMap((order, i) => (order[step] ? [scene.ack(order[step]!, scene.keys[i])] : []));
      await followAcks(scene.ctx, [...batch, ...batch]);
      const rows = await scene.ctx.db.execute<{ id: string; status: string }>(sql`select id, status from messages`);
      for (const { id, status } of rows) {
        const rank = Object.values(names).indexOf(status);
        expect(rank).toBeGreaterThanOrEqual(highest.get(id) ?? 0);
        highest.set(id, rank);
      }
    }
    expect(await scene.statuses()).toEqual(expected);
    const { counts } = await scene.campaign();
    const read = expected.filter((status) => status === 'read' || status === 'played').length;
    expect(counts).toMatchObject({
      sent: expected.filter((s) => s === 'sent').length,
      delivered: expected.filter((s) => s === 'delivered').length,
      read,
    });
  });

  it('F29, F30: acks that come before their message is known are kept and applied with it', async () => {
    await using scene = await stage({ count: 1 });
    await followAcks(scene.ctx, [
      { instanceId: scene.instanceId, providerMessageId: 'early', status: 'DELIVERY_ACK', at: scene.clock.now() },
    ]);
    await pumpDry(scene.ctx);
    await scene.ctx.db.execute(sql`update messages set provider_message_id = 'early'`);
    expect(await scene.campaign()).toMatchObject({ counts: { sent: 1 } });
    await followAcks(scene.ctx, []);
    expect(await scene.campaign()).toMatchObject({ counts: { delivered: 1 } });
    expect(await scene.ctx.db.execute(sql`select 1 from early_acks`)).toHaveLength(0);
  });

  it("F18: ERROR after acceptance fails the message and gives its credit back, once, before and after the campaign's settlement", async () => {
    await using scene = await sent(2);
    expect(await scene.credits()).toMatchObject({ currentCredit: 998 });
    expect(await scene.campaign()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 2 } });
    await followAcks(scene.ctx, [scene.ack('ERROR'), scene.ack('ERROR')]);
    await followAcks(scene.ctx, [scene.ack('ERROR')]);
    expect(await scene.statuses()).toEqual(['failed', 'sent']);
    expect((await scene.recipients())[0]).toMatchObject({
      status: 'failed',
      statusReason: 'refused-by-whatsapp',
      spentCredits: 0,
    });
    expect(await scene.credits()).toMatchObject({ currentCredit: 999, heldCredit: 0, totalSpend: 1 });
    expect(await scene.campaign()).toMatchObject({ credits: { held: 0, spent: 1 } });
    expect((await list(scene))[0]).toMatchObject({ id: scene.id, credits: { held: 0, spent: 1 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('ERROR before the settlement leaves one statement line for what was really spent', async () => {
    await using scene = await stage({ count: 2, more: { delay: { minSeconds: 10, maxSeconds: 10 } } });
    await pumpDry(scene.ctx);
    const [first] = await scene.recipients();
    await followAcks(scene.ctx, [
      {
        instanceId: scene.instanceId,
        providerMessageId: first.messages[0].providerMessageId,
        status: 'ERROR',
        at: scene.clock.now(),
      },
    ]);
    scene.clock.advance({ seconds: 10 });
    await pumpDry(scene.ctx);
    await scene.drain();
    const { data } = await (await scene.acme.call('GET', '/v1/credits/transactions')).json();
    expect(data.map(({ type, amount }: { type: string; amount: number }) => [type, amount])).toEqual([
      ['campaign', -1],
      ['top-up', 1000],
    ]);
    expect(await scene.ledger()).toEqual([]);
  });

  it('a late ERROR does not fail what a device has', async () => {
    await using scene = await sent();
    await followAcks(scene.ctx, [scene.ack('READ')]);
    await followAcks(scene.ctx, [scene.ack('ERROR')]);
    expect(await scene.statuses()).toEqual(['read']);
    expect(await scene.credits()).toMatchObject({ currentCredit: 999 });
  });

  it("F32: an ack for another instance's message of the same id moves nothing", async () => {
    await using scene = await sent();
    await followAcks(scene.ctx, [{ ...scene.ack('READ'), instanceId: scene.id }]);
    expect(await scene.statuses()).toEqual(['sent']);
  });

  it('a recipient of two parts is as far as the one that is behind', async () => {
    await using scene = await stage({ count: 1, media: ['voice'] });
    await pumpDry(scene.ctx);
    const [{ messages }] = await scene.recipients();
    const ack = (index: number, status: AckStatus): Ack => ({
      instanceId: scene.instanceId,
      providerMessageId: messages[index].providerMessageId,
      status,
      at: scene.clock.now(),
    });
    await followAcks(scene.ctx, [ack(0, 'PLAYED')]);
    expect(await scene.campaign()).toMatchObject({ counts: { sent: 1 } });
    await followAcks(scene.ctx, [ack(1, 'DELIVERY_ACK')]);
    expect(await scene.campaign()).toMatchObject({ counts: { delivered: 1 } });
    await followAcks(scene.ctx, [ack(1, 'READ')]);
    expect(await scene.campaign()).toMatchObject({ counts: { read: 1 } });
  });
});
