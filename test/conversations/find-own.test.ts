import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Claim } from '#src/campaigns/lane.ts';
import { reconcileDue } from '#src/campaigns/reconcile-due.ts';
import { recordAcceptances } from '#src/campaigns/record-acceptances.ts';
import { inTransaction } from '#src/context.ts';
import { inboundEvents, messages, refusedAttempts } from '#src/db/schema/messages.ts';
import { claimNextMessage } from '#test/campaigns/claim-next-message.ts';
import { stage } from '#test/campaigns/scene.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';
import { type Knock, types } from './inbound-scene.ts';

type Scene = Awaited<ReturnType<typeof stage>>;
let scene: Scene;
beforeAll(async () => {
  scene = await stage({ count: 9, more: { text: 'Merhaba' } });
});
afterAll(() => scene[Symbol.asyncDispose]());
/** What was on the wire never was, and its lane is free. */
beforeEach(async () => {
  const { db } = scene.ctx;
  await db.execute(
    sql`update messages set status = 'queued', reconcile_at = null, dispatched_at = null, claimed_at = null where status in ('sending', 'unknown')`,
  );
  await db.execute(sql`update campaign_recipients set status = 'queued' where status in ('sending', 'unknown')`);
  await db.execute(sql`delete from messages where typed_on_phone`);
  await db.execute(sql`update lanes set in_flight_message_id = null, lease_until_at = null, next_allowed_at = null,
    due_at = ${scene.clock.now().toISOString()}::timestamptz`);
});

async function hear(...knocks: Knock[]): Promise<void> {
  const of = { instanceId: scene.instanceId, organizationId: scene.acme.organizationId, receivedAt: scene.clock.now() };
  await scene.ctx.db.insert(inboundEvents).values(knocks.map(({ event, ...payload }) => ({ ...of, event, payload })));
  while ((await drainInboundOnce(scene.ctx)) > 0);
  expect(await scene.ctx.db.$count(inboundEvents, sql`failure is not null`)).toBe(0);
}
const rows = () => scene.ctx.db.select().from(messages).orderBy(messages.id);
const typed = async () => (await rows()).filter(({ typedOnPhone }) => typedOnPhone);

/** A message of the campaign's that is on the wire: the intent is written, no answer has come. */
async function leave(status: 'sending' | 'unknown' = 'sending'): Promise<Claim> {
  const claim = await claimNextMessage(scene.ctx);
  if (typeof claim === 'string') throw new Error('nothing to send');
  await scene.ctx.db
    .update(messages)
    .set({ dispatchedAt: scene.clock.now(), status, reconcileAt: status === 'unknown' ? scene.clock.now() : null })
    .where(eq(messages.id, claim.messageId));
  return claim;
}
const accept = (claim: Claim, providerMessageId: string) =>
  inTransaction(scene.ctx, (ctx) => recordAcceptances(ctx, [{ ...claim, providerMessageId }]));

describe('what we sent and Evolution tells of again', () => {
  it('after it was recorded is no second row', async () => {
    const claim = await leave();
    await accept(claim, '3EB0DONE');
    const before = (await rows()).length;
    await hear(types(claim.address, '3EB0DONE', 'Merhaba'));
    expect(await rows()).toHaveLength(before);
    expect(await typed()).toEqual([]);
  });

  it('G1: before its answer came is held, and the answer is recorded and paid once', async () => {
    const claim = await leave();
    await hear(types(claim.address, '3EB0ECHO', 'Merhaba'), types(claim.address, '3EB0ECHO', 'Merhaba'));
    expect(await typed()).toEqual([]);
    await accept(claim, '3EB0ECHO');
    await hear(types(claim.address, '3EB0ECHO', 'Merhaba'));
    expect((await rows()).filter(({ providerMessageId }) => providerMessageId === '3EB0ECHO')).toMatchObject([
      { id: claim.messageId, status: 'sent', capturedAt: expect.any(Date), typedOnPhone: false },
    ]);
    expect(await scene.ledger()).toEqual([]);
  });

  it('F9: of unknown outcome is held and tells that it went out', async () => {
    const claim = await leave('unknown');
    await hear(types(claim.address, '3EB0LOST', 'Merhaba'));
    expect(await typed()).toEqual([]);
    await reconcileDue(scene.ctx);
    expect((await rows()).find(({ id }) => id === claim.messageId)).toMatchObject({
      status: 'sent',
      providerMessageId: '3EB0LOST',
    });
    expect(await scene.ledger()).toEqual([]);
  });

  it('from a hidden number, which may be anybody’s, is held while anything is on the wire', async () => {
    await leave();
    const hidden = types('', '3EB0HID', 'Merhaba');
    (hidden.data as { key: { remoteJid: string } }).key.remoteJid = '901234567@lid';
    await hear(hidden);
    expect(await typed()).toEqual([]);
  });

  it('G1: taken for typed all the same makes way for the message that it is', async () => {
    const claim = await leave();
    await hear(types('+905399999999', '3EB0WRONG', 'Merhaba'));
    expect(await typed()).toHaveLength(1);
    await accept(claim, '3EB0WRONG');
    expect(await typed()).toEqual([]);
    expect((await rows()).find(({ id }) => id === claim.messageId)).toMatchObject({
      status: 'sent',
      providerMessageId: '3EB0WRONG',
    });
    expect(await scene.ledger()).toEqual([]);
  });

  it('that WhatsApp had refused before is no row', async () => {
    const claim = await leave();
    await scene.ctx.db
      .insert(refusedAttempts)
      .values({ instanceId: scene.instanceId, providerMessageId: '3EB0OLD', messageId: claim.messageId, round: 1 });
    await hear(types('+905399999999', '3EB0OLD', 'Merhaba'));
    expect(await typed()).toEqual([]);
  });
});

describe('what was typed on the phone', () => {
  it('to somebody else while a message is on the wire is a row', async () => {
    const claim = await leave();
    await hear(types('+905399999999', '3EB0MINE', 'Merhaba'));
    expect(await typed()).toMatchObject([{ providerMessageId: '3EB0MINE', address: '+905399999999' }]);
    expect((await rows()).find(({ id }) => id === claim.messageId)).toMatchObject({ status: 'sending' });
  });

  it('to somebody whose message has been unknown for long is a row, and settles nothing', async () => {
    const claim = await leave('unknown');
    await scene.ctx.db
      .update(messages)
      .set({ dispatchedAt: new Date(scene.clock.now().getTime() - 3_600_000), reconcileAt: null })
      .where(eq(messages.id, claim.messageId));
    await hear(types(claim.address, '3EB0MINE', 'Merhaba'));
    expect(await typed()).toHaveLength(1);
    await reconcileDue(scene.ctx);
    expect((await rows()).find(({ id }) => id === claim.messageId)).toMatchObject({ status: 'unknown' });
  });
});
