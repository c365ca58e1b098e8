import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { readBalance } from '#src/credits/queries.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { creditAccounts, creditTransactions } from '#src/db/schema/credits.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { refundMessage, spendMessages } from './spend-message.ts';

/** A campaign of `credits`, all spent and settled, at the world's clock. */
async function runCampaign(world: World, credits: number): Promise<{ campaignId: string; messageIds: string[] }> {
  const campaignId = newId();
  await holdCredits(world.acme.ctx, { campaignId, credits });
  const messageIds = await spendMessages(world.acme.ctx, campaignId, credits);
  await settleHold(world.acme.ctx, { campaignId, note: 'Bayram' });
  return { campaignId, messageIds };
}

const topUp = (world: World, body: unknown, userId = world.acme.userId, headers = {}) =>
  world.admin.call('POST', `/v1/admin/users/${userId}/credits`, body, headers);
const read = async (world: World, path: string) => {
  const response = await world.acme.call('GET', path);
  expect(response.status, path).toBe(200);
  return response.json();
};

describe('GET /v1/credits', () => {
  it('200: what is there, held, available, and spent', async () => {
    await using world = await createWorld();
    const { campaignId, messageIds } = await runCampaign(world, 6);
    await refundMessage(world.acme.ctx, campaignId, messageIds[0]!);
    const open = newId();
    await holdCredits(world.acme.ctx, { campaignId: open, credits: 10 });
    await spendMessages(world.acme.ctx, open, 3);
    expect(await read(world, '/v1/credits')).toEqual({
      currentCredit: 992,
      heldCredit: 7,
      availableCredit: 985,
      totalSpend: 8,
      averageMonthly: expect.any(Number),
    });
  });

  it('200: everything is zero for a user without an account', async () => {
    await using world = await createWorld();
    await world.ctx.db.delete(creditAccounts).where(eq(creditAccounts.userId, world.admin.userId));
    const response = await world.admin.call('GET', '/v1/credits');
    const nothing = { currentCredit: 0, heldCredit: 0, availableCredit: 0, totalSpend: 0, averageMonthly: 0 };
    expect(await response.json()).toEqual(nothing);
  });
});

describe('GET /v1/credits/transactions', () => {
  it('200: newest first, page by page, stable while lines are added', async () => {
    await using world = await createWorld();
    for (let i = 1; i <= 4; i++) await topUp(world, { amount: i, note: `n${i}` });
    const first = (await read(world, '/v1/credits/transactions?limit=2')) as {
      data: { note: string }[];
      nextCursor: string;
    };
    expect(first.data.map((line) => line.note)).toEqual(['n4', 'n3']);
    await topUp(world, { amount: 5, note: 'n5' });
    const second = await read(world, `/v1/credits/transactions?limit=200&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({
      data: [{ note: 'n2' }, { note: 'n1' }, { type: 'top-up', amount: 1000 }],
      nextCursor: null,
    });
  });

  it('200: a line has exactly the published fields', async () => {
    await using world = await createWorld();
    const { campaignId } = await runCampaign(world, 2);
    const { data } = (await read(world, '/v1/credits/transactions')) as { data: unknown[] };
    expect(data[0]).toEqual({
      id: expect.any(String),
      type: 'campaign',
      amount: -2,
      balanceAfter: 998,
      campaignId,
      messageId: null,
      smsId: null,
      transferId: null,
      note: 'Bayram',
      createdAt: '2026-03-02T09:00:00.000Z',
    });
  });

  it('200: nothing of another user, nor of another organization', async () => {
    await using world = await createWorld();
    await runCampaign(world, 2);
    const response = await world.globex.call('GET', '/v1/credits/transactions');
    expect(await response.json()).toMatchObject({ data: [{ amount: 1000 }] });
  });

  it('400: a cursor that is not ours, one out of range, a limit of 0', async () => {
    await using world = await createWorld();
    const forged = (key: unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url');
    for (const query of [
      'cursor=x',
      `cursor=${forged([2 ** 40])}`,
      `cursor=${forged(['1'])}`,
      'limit=0',
      'limit=201',
      'page=2',
    ]) {
      const response = await world.acme.call('GET', `/v1/credits/transactions?${query}`);
      expect(response.status, query).toBe(400);
    }
  });
});

describe('GET /v1/credits/chart', () => {
  it('200: top-ups, corrections, spending and refunds by local day, empty days filled', async () => {
    await using world = await createWorld({ now: '2026-02-27T20:30:00Z' });
    await topUp(world, { amount: 100, note: 'n' });
    await topUp(world, { amount: -30, note: 'n' });
    world.clock.advance({ hours: 1 });
    const { campaignId, messageIds } = await runCampaign(world, 5);
    world.clock.set('2026-03-01T21:00:00Z');
    await refundMessage(world.acme.ctx, campaignId, messageIds[0]!);
    const chart = await read(
      world,
      '/v1/credits/chart?from=2026-02-27T00:00:00%2B03:00&to=2026-03-03T00:00:00%2B03:00',
    );
    expect(chart).toEqual([
      { at: '2026-02-26T21:00:00.000Z', toppedUp: 70, spent: 0, transferred: 0 },
      { at: '2026-02-27T21:00:00.000Z', toppedUp: 0, spent: 5, transferred: 0 },
      { at: '2026-02-28T21:00:00.000Z', toppedUp: 0, spent: 0, transferred: 0 },
      { at: '2026-03-01T21:00:00.000Z', toppedUp: 0, spent: -1, transferred: 0 },
    ]);
  });

  it('200: a day of 23 hours is one day, in the user’s own zone', async () => {
    await using world = await createWorld({ now: '2026-03-29T21:59:00Z' });
    await world.ctx.db
      .update(userSettings)
      .set({ timeZone: 'Europe/Berlin' })
      .where(eq(userSettings.userId, world.acme.userId));
    await runCampaign(world, 3);
    const chart = await read(world, '/v1/credits/chart?from=2026-03-28T12:00:00Z&to=2026-03-30T12:00:00Z');
    expect(chart).toEqual([
      { at: '2026-03-27T23:00:00.000Z', toppedUp: 0, spent: 0, transferred: 0 },
      { at: '2026-03-28T23:00:00.000Z', toppedUp: 0, spent: 3, transferred: 0 },
      { at: '2026-03-29T22:00:00.000Z', toppedUp: 0, spent: 0, transferred: 0 },
    ]);
  });

  it('200: by default 30 days or 12 months up to now', async () => {
    await using world = await createWorld();
    await runCampaign(world, 3);
    const days = (await read(world, '/v1/credits/chart')) as unknown[];
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toMatchObject({ at: '2026-03-01T21:00:00.000Z', spent: 3 });
    const months = (await read(world, '/v1/credits/chart?bucket=month')) as unknown[];
    expect(months).toHaveLength(12);
    expect(months.at(-1)).toMatchObject({ at: '2026-02-28T21:00:00.000Z', spent: 3 });
  });

  it('200: nothing of another organization', async () => {
    await using world = await createWorld();
    await runCampaign(world, 3);
    const chart = (await (await world.globex.call('GET', '/v1/credits/chart')).json()) as { spent: number }[];
    expect(chart.every((point) => point.spent === 0)).toBe(true);
  });

  it('400: no offset, no time, no such bucket, an empty range, one too long, years out of reach', async () => {
    await using world = await createWorld();
    const queries = [
      'from=2026-03-01T00:00:00',
      'from=yesterday',
      'bucket=week',
      'from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
      'from=2020-01-01T00:00:00Z',
      'from=0000-01-01T00:00:00Z',
      'to=9999-12-31T23:59:59-12:00',
      'from=2026-03-01T00:00:00Z&from=2026-03-02T00:00:00Z',
    ];
    for (const query of queries) {
      const response = await world.acme.call('GET', `/v1/credits/chart?${query}`);
      expect(response.status, query).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'invalid-request', errors: [{ path: expect.any(String) }] });
    }
  });
});

describe('POST /v1/admin/users/{id}/credits', () => {
  it('201: the new line', async () => {
    await using world = await createWorld();
    const response = await topUp(world, { amount: 50, note: ' Havale ' });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      type: 'top-up',
      amount: 50,
      balanceAfter: 1050,
      note: 'Havale',
      campaignId: null,
    });
  });

  it('F41: 201: sent twice with one Idempotency-Key, it counts once', async () => {
    await using world = await createWorld();
    const body = { amount: 50, note: 'n' };
    const twice = [
      await topUp(world, body, undefined, { 'idempotency-key': 'k1' }),
      await topUp(world, body, undefined, { 'idempotency-key': 'k1' }),
    ];
    expect(twice.map((response) => response.status)).toEqual([201, 201]);
    expect((await readBalance(world.ctx, world.acme.userId)).current).toBe(1050);
  });

  it('409: below what is held, in the caller’s language', async () => {
    await using world = await createWorld();
    await holdCredits(world.acme.ctx, { campaignId: newId(), credits: 900 });
    const response = await topUp(world, { amount: -200, note: 'n' }, undefined, { 'accept-language': 'tr' });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      code: 'conflict',
      requested: 200,
      available: 100,
      held: 900,
      detail: expect.stringContaining('kontör'),
    });
  });

  it('404: an unknown user, and an id that cannot be one', async () => {
    await using world = await createWorld();
    expect((await topUp(world, { amount: 5, note: 'n' }, newId())).status).toBe(404);
    expect((await topUp(world, { amount: 5, note: 'n' }, 'me')).status).toBe(404);
  });

  it('F42: 400: fractions, strings, zero, huge amounts, no note, unknown fields; nothing is saved', async () => {
    await using world = await createWorld();
    const bodies = [
      { amount: 0.5, note: 'n' },
      { amount: '5', note: 'n' },
      { amount: 0, note: 'n' },
      { amount: 100_000_001, note: 'n' },
      { amount: -1e300, note: 'n' },
      '{"amount":1e999,"note":"n"}',
      { amount: null, note: 'n' },
      { amount: 5 },
      { amount: 5, note: '  ' },
      { amount: 5, note: 'a\0b' },
      { amount: 5, note: 'x'.repeat(501) },
      { amount: 5, note: 'n', userId: world.globex.userId },
      [],
    ];
    for (const body of bodies) {
      const headers = { 'content-type': 'application/json' };
      const response = await topUp(world, body, undefined, headers);
      expect(response.status, JSON.stringify(body)).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'invalid-request', errors: expect.any(Array) });
    }
    expect(await world.ctx.db.select().from(creditTransactions)).toHaveLength(2);
  });

  it('403: for platform admins only', async () => {
    await using world = await createWorld();
    const response = await world.acme.call('POST', `/v1/admin/users/${world.acme.userId}/credits`, {
      amount: 5,
      note: 'n',
    });
    expect(response.status).toBe(403);
    expect((await readBalance(world.ctx, world.acme.userId)).current).toBe(1000);
  });
});

it('401: every route without a login', async () => {
  await using world = await createWorld();
  for (const path of ['/v1/credits', '/v1/credits/transactions', '/v1/credits/chart'])
    expect((await world.call('GET', path)).status, path).toBe(401);
  const topUp = await world.call('POST', `/v1/admin/users/${world.acme.userId}/credits`, { amount: 1, note: 'n' });
  expect(topUp.status).toBe(401);
});
