import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { reconcileDue } from '#src/campaigns/reconcile-due.ts';
import { sabotage } from '#test/support/sabotage.ts';
import { connectNumber } from './connected.ts';
import { play } from './play.ts';
import { pumpDry } from './stage.ts';

let number: Awaited<ReturnType<typeof connectNumber>>;
beforeAll(async () => {
  number = await connectNumber();
});
afterEach(async () => {
  expect(await number.ledger()).toEqual([]);
  number.clock.set(new Date());
  await number.heal();
});
afterAll(() => number[Symbol.asyncDispose]());

type Campaign = Awaited<ReturnType<typeof number.campaign>>;
const become = async (campaign: Campaign, statuses: string[]) => {
  await number
    .until(async () => JSON.stringify(await campaign.statuses()) === JSON.stringify(statuses))
    .catch(() => {});
  expect(await campaign.statuses()).toEqual(statuses);
};
const weather = (change: object) => number.control('PUT', '/webhooks', change);
const known = { known: true };

/** Every minute of so many, what is due is looked into. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    number.clock.advance({ minutes: 1 });
    while ((await reconcileDue(number.ctx)) > 0);
    await number.drain();
  }
}

describe('acks as Evolution sends them', () => {
  it('F27: @lid and device jids, each receipt twice, DELIVERY_ACK after READ, SERVER_ACK after an edit: read, and it stays so', async () => {
    await number.control('PUT', '/ack-plan/905351031301', [
      { status: 'SERVER_ACK', afterMs: 1 },
      { status: 'READ', afterMs: 20 },
      { status: 'SERVER_ACK', afterMs: 120 },
    ]);
    const campaign = await number.campaign(['0290', '0291', '0409', '1301'], known);
    expect(await pumpDry(number.ctx)).toBe(4);
    await become(campaign, ['read', 'read', 'read', 'read']);
    await sleep(200);
    await become(campaign, ['read', 'read', 'read', 'read']);
    expect(await campaign.read()).toMatchObject({ counts: { read: 4 }, credits: { held: 0, spent: 4 } });
  });

  it('F29: before the 201: kept, and applied once we know what they are about', async () => {
    await number.fault({ kind: 'late-answer', ms: 250 });
    const campaign = await number.campaign(['1311'], known);
    const sending = pumpDry(number.ctx);
    await number.until(async () => (await early()) > 0);
    expect(await campaign.statuses()).toEqual(['sending']);
    await sending;
    await become(campaign, ['read']);
    expect(await early()).toBe(0);
  });

  it('F30: after the 201 and before our commit: the same', async () => {
    const campaign = await number.campaign(['1321'], known);
    await using _slow = await sabotage(number.ctx, 'credit_holds', { on: 'update', seconds: 0.3 });
    const sending = pumpDry(number.ctx);
    await number.until(async () => (await early()) > 0);
    expect(await campaign.statuses()).toEqual(['sending']);
    await sending;
    await become(campaign, ['read']);
    await number.drain();
    expect(await campaign.read()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 1 } });
  });

  it('ten minutes late, when Evolution has been asked already: nothing twice, nothing back', async () => {
    const { currentCredit: before } = await balance();
    await weather({ paused: true });
    const campaign = await number.campaign(['1331', '0463', '0201'], known);
    expect(await pumpDry(number.ctx)).toBe(3);
    await sleep(50);
    await pass(11);
    const asked = ['read', 'failed', 'delivered'];
    expect(await campaign.statuses()).toEqual(asked);
    const paid = { currentCredit: before - 2, heldCredit: 0 };
    expect(await balance()).toMatchObject(paid);
    await weather({ paused: false });
    await sleep(100);
    await become(campaign, asked);
    expect(await balance()).toMatchObject(paid);
  });
});

describe('F33: our ingest was down for 25 minutes, longer than Evolution knocks', () => {
  it('its statuses are asked for: refused and paid back, delivered, read later, sent although the answer said otherwise', async () => {
    const { currentCredit: before } = await balance();
    await weather({ loseShare: 1 });
    await number.control('PUT', '/ack-plan/905351031401', [{ status: 'SERVER_ACK', afterMs: 0 }]);
    const campaign = await number.campaign(['1400', '0201', '0463', '1401', '0503'], known);
    expect(await pumpDry(number.ctx)).toBe(5);
    await sleep(50);
    await pass(12);
    expect(await campaign.statuses()).toEqual(['read', 'delivered', 'failed', 'sent', 'read']);
    await number.control('POST', '/acks/905351031401', [{ status: 'READ', afterMs: 0 }]);
    await sleep(50);
    await pass(13);
    await weather({ loseShare: 0 });
    await pass(60);
    expect(await campaign.statuses()).toEqual(['read', 'delivered', 'failed', 'read', 'read']);
    expect(await campaign.read()).toMatchObject({
      status: 'completed',
      counts: { read: 3, delivered: 1, failed: 1, unknown: 0 },
    });
    expect(await balance()).toMatchObject({ currentCredit: before - 4, heldCredit: 0 });
  });
});

describe('a storm of reconnects, 70 webhooks a second', () => {
  it('is answered and hardly stored; nobody is written to meanwhile, and everybody once after it', async () => {
    const campaign = await number.campaign(['1501', '1502', '1503'], known);
    const before = await stored();
    await number.control('POST', `/storm/${number.providerName}`, { perSecond: 70, seconds: 1.5 });
    await number.until(async () => (await number.row(number.instanceId)).status === 'connecting');
    await pumpDry(number.ctx);
    expect(number.sends('1501')).toBe(0);
    await number.until(async () => (await number.row(number.instanceId)).status === 'open');
    expect((await stored()) - before).toBeLessThan(10);
    await play(number, new Date(number.clock.now().getTime() + 3_600_000));
    await become(campaign, ['read', 'read', 'read']);
    expect(['1501', '1502', '1503'].map(number.sends)).toEqual([1, 1, 1]);
  });
});

const count = async (table: string): Promise<number> =>
  Number(
    (await number.ctx.db.execute<{ count: string }>(sql`select count(*) from ${sql.identifier(table)}`))[0]!.count,
  );
const balance = async () => (await number.asAcme('GET', '/v1/credits')).json();
const early = () => count('early_acks');
const stored = () => count('inbound_events');
