import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { sabotage } from '#test/support/sabotage.ts';
import { AYSE, chat } from './chat-scene.ts';

const scene = await chat();
afterAll(() => scene[Symbol.asyncDispose]());

async function one(text: string, phone = AYSE): Promise<string> {
  return (await scene.written({ phone, text })).messages[0]!.id;
}
const sent = () => scene.simulator.sends().length;
const decide = (id: string, decision: string) => scene.acme.call('POST', `/v1/messages/${id}/decision`, { decision });
/** Evolution sends it, and its answer gets lost. */
const loseAnswer = () => scene.faults({ count: 1, outcome: { kind: 'accept-then-reset', trace: false } });
async function leftUnknown(text: string): Promise<string> {
  await loseAnswer();
  const id = await one(text);
  await scene.pump();
  expect(await scene.row(id)).toMatchObject({ status: 'unknown', capturedAt: null });
  await scene.ctx.db.execute(
    sql`update messages set reconcile_at = null, status_reason = 'unresolved' where id = ${id}`,
  );
  return id;
}

describe('what becomes of them', () => {
  it('a definite failure gives the credit back; sent again it costs one', async () => {
    const before = await scene.credits();
    await scene.faults({ count: 1, outcome: { kind: 'answer', status: 413 } });
    const id = await one('ilk deneme');
    await scene.pump();
    expect(await scene.row(id)).toMatchObject({ status: 'failed', statusReason: 'invalid-content' });
    expect(await scene.credits()).toMatchObject({ heldCredit: 0, currentCredit: before.currentCredit });
    expect((await scene.acme.call('POST', `/v1/messages/${id}/retry`)).status).toBe(200);
    expect((await scene.acme.call('POST', `/v1/messages/${id}/retry`)).status).toBe(409);
    expect(await scene.credits()).toMatchObject({ heldCredit: 1 });
    await scene.pump();
    expect(await scene.row(id)).toMatchObject({ status: 'sent' });
    expect(await scene.credits()).toMatchObject({ heldCredit: 0, currentCredit: before.currentCredit - 1 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('refused by WhatsApp after it was taken: paid back once, however often it is said; a second round costs anew', async () => {
    const before = await scene.credits();
    const id = await one('reddedilen');
    await scene.pump();
    await Promise.all([scene.ack(id, 'ERROR'), scene.ack(id, 'ERROR')]);
    expect(await scene.row(id)).toMatchObject({ status: 'failed', statusReason: 'refused-by-whatsapp' });
    expect(await scene.credits()).toMatchObject({ currentCredit: before.currentCredit, totalSpend: before.totalSpend });
    expect((await scene.lines()).slice(0, 2)).toMatchObject([
      { type: 'refund', amount: 1, messageId: id },
      { type: 'message', amount: -1 },
    ]);
    await scene.acme.call('POST', `/v1/messages/${id}/retry`);
    await scene.pump();
    expect(await scene.row(id)).toMatchObject({ status: 'sent', round: 2 });
    expect(await scene.credits()).toMatchObject({ currentCredit: before.currentCredit - 1 });
    await scene.ack(id, 'ERROR');
    expect(await scene.credits()).toMatchObject({ currentCredit: before.currentCredit });
    expect(await scene.ledger()).toEqual([]);
  });

  it('refused, queued again, and then somebody has it: it is not sent again and nothing stays held', async () => {
    const id = await one('sonradan geldi');
    await scene.pump();
    await scene.ack(id, 'ERROR');
    await scene.acme.call('POST', `/v1/messages/${id}/retry`);
    await scene.ack(id, 'DELIVERY_ACK');
    expect(await scene.row(id)).toMatchObject({ status: 'delivered' });
    expect(await scene.credits()).toMatchObject({ heldCredit: 0 });
    expect(await scene.pump()).toBe(0);
    expect(await scene.ledger()).toEqual([]);
  });

  it('killed between the call and the record of its credit: written down again, sent once, paid once', async () => {
    const [before, since] = [await scene.credits(), sent()];
    const id = await one('kayıt kesildi');
    {
      await using _ = await sabotage(scene.ctx, 'credit_transactions', { on: 'insert', code: '57P01', times: 1 });
      await scene.pump();
    }
    expect(await scene.row(id)).toMatchObject({ status: 'sent' });
    expect(sent()).toBe(since + 1);
    expect(await scene.credits()).toMatchObject({
      heldCredit: before.heldCredit,
      currentCredit: before.currentCredit - 1,
    });
    expect(await scene.ledger()).toEqual([]);
  });

  it('unknown: found at Evolution it is sent and paid, once', async () => {
    const before = await scene.credits();
    await scene.faults({ count: 1, outcome: { kind: 'accept-then-reset', trace: true } });
    const since = sent();
    // traces are compared with the real time of the simulator
    scene.clock.set(new Date());
    await scene.ctx.db.execute(sql`update sessions set expires_at = now() + interval '30 days'`);
    const id = await one('kayıp cevap');
    await scene.pump();
    expect(await scene.row(id)).toMatchObject({ status: 'unknown' });
    expect(await scene.credits()).toMatchObject({ heldCredit: 1 });
    scene.clock.advance({ seconds: 70 });
    await scene.drain();
    scene.clock.advance({ seconds: 70 });
    await scene.drain();
    // with the receipts that came meanwhile
    expect(['sent', 'delivered', 'read']).toContain((await scene.row(id)).status);
    expect(sent()).toBe(since + 1);
    expect(await scene.credits()).toMatchObject({ heldCredit: 0, currentCredit: before.currentCredit - 1 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('unknown and not to be found: 409 until it waits for a person; retry, give-up and sent do as they say', async () => {
    const before = await scene.credits();
    await loseAnswer();
    const early = await one('bekleyen');
    await scene.pump();
    expect((await decide(early, 'retry')).status).toBe(409);
    const given = await leftUnknown('vazgeçilen');
    expect((await decide(given, 'give-up')).status).toBe(200);
    expect(await scene.row(given)).toMatchObject({ status: 'failed', statusReason: 'given-up' });
    expect((await scene.acme.call('POST', `/v1/messages/${given}/retry`)).status).toBe(409);
    const known = await leftUnknown('gitti');
    expect(await (await decide(known, 'sent')).json()).toMatchObject({
      status: 'sent',
      statusReason: 'confirmed-by-user',
    });
    const again = await leftUnknown('yeniden');
    expect((await decide(again, 'retry')).status).toBe(200);
    await scene.pump();
    expect(await scene.row(again)).toMatchObject({ status: 'sent' });
    expect(await scene.credits()).toMatchObject({ heldCredit: 1, currentCredit: before.currentCredit - 2 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('unknown for 72 hours: its credit is free; known to be sent later it is paid for then', async () => {
    const before = await scene.credits();
    const id = await leftUnknown('unutulan');
    await scene.ctx.db.execute(
      sql`update messages set dispatched_at = dispatched_at - interval '73 hours' where id = ${id}`,
    );
    await scene.sweep();
    expect(await scene.credits()).toMatchObject({ heldCredit: before.heldCredit, currentCredit: before.currentCredit });
    expect(await scene.ledger()).toEqual([]);
    await decide(id, 'sent');
    expect(await scene.credits()).toMatchObject({ currentCredit: before.currentCredit - 1 });
    expect(await scene.ledger()).toEqual([]);
  });
});
