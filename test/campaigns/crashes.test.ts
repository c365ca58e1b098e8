import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { settleCampaign } from '#src/campaigns/settle-campaign.ts';
import { sweepCampaigns } from '#src/campaigns/sweep-campaigns.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { sabotage } from '#test/support/sabotage.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { play } from './play.ts';
import { createGroupOf, endingsFrom, openInstance, pumpDry, startQuickSimulator, storeMedia } from './stage.ts';

/** The connection is cut by PostgreSQL in the middle of the transaction, as when the process or its backend is killed. */
const killed = { code: '57P01', times: 1 };

let world: World;
let simulator: Awaited<ReturnType<typeof startQuickSimulator>>;
let endings = 2000;
beforeAll(async () => {
  world = await createWorld();
  simulator = await startQuickSimulator();
  await openInstance(world.ctx, world.acme, simulator);
});
afterEach(async () => expect(await proveLedger(world.ctx, {})).toEqual([]));
afterAll(async () => {
  await simulator.close();
  await world[Symbol.asyncDispose]();
});

async function bodyFor(count: number) {
  endings += 100;
  const groupId = await createGroupOf(world.ctx, world.acme, count, endingsFrom(endings, count));
  return { name: 'n', channel: 'whatsapp', text: 'x', startAt: null, audience: { groupIds: [groupId] } };
}
const post = (body: object, key?: string) =>
  world.acme.call('POST', '/v1/campaigns', body, key ? { 'idempotency-key': key } : {});
const balance = async () => (await world.acme.call('GET', '/v1/credits')).json();
const count = async (table: string): Promise<number> =>
  Number((await world.ctx.db.execute<{ count: string }>(sql`select count(*) from ${sql.identifier(table)}`))[0]!.count);

describe('F38: a crash while a campaign is made', () => {
  it.each([
    ['before its hold', 'campaign_recipients', 'insert'],
    ['between its hold and its row', 'credit_holds', 'insert'],
    ['when its row is finished', 'campaigns', 'update'],
    ['when its key is marked', 'idempotency_keys', 'update'],
  ] as const)('%s: neither is there, and the same request makes both, once', async (_, table, on) => {
    const body = await bodyFor(3);
    const before = [await count('campaigns'), await count('credit_holds'), (await balance()).heldCredit];
    {
      await using _crash = await sabotage(world.ctx, table, { on, ...killed });
      const answer = await post(body, `F38-${table}`);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.anything()]);
      expect([await count('campaigns'), await count('credit_holds'), (await balance()).heldCredit]).toEqual(before);
    }
    const again = await Promise.all([1, 2, 3].map(() => post(body, `F38-${table}`)));
    expect(again.map(({ status }) => status)).toContain(201);
    expect(again.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const made = [before[0]! + 1, before[1]! + 1, before[2] + 3];
    expect([await count('campaigns'), await count('credit_holds'), (await balance()).heldCredit]).toEqual(made);
  });
});

describe('F39: the settlement of a campaign is killed in the middle', () => {
  it.each([
    ['when it completes', 'campaigns'],
    ['when its hold is settled', 'credit_holds'],
    ['when the account is charged', 'credit_accounts'],
    ['when its line is written', 'credit_transactions'],
  ] as const)('%s: nothing of it remains, and the next one does it, once', async (_, table) => {
    await world.ctx.db.execute(sql`update campaigns set status = 'paused' where status in ('pending', 'running')`);
    const { id } = await (await post(await bodyFor(4))).json();
    await world.drain();
    const { currentCredit: before } = await balance();
    expect(await pumpDry(world.ctx)).toBe(4);
    const lines = await count('credit_transactions');
    {
      await using _crash = await sabotage(world.ctx, table, { on: 'insert or update', ...killed });
      await expect(settleCampaign(world.ctx, id)).rejects.toThrow();
      expect(await proveLedger(world.ctx, {})).toEqual([]);
      expect(await count('credit_transactions')).toBe(lines);
    }
    await Promise.all([settleCampaign(world.ctx, id), sweepCampaigns(world.ctx), settleCampaign(world.ctx, id)]);
    expect(await count('credit_transactions')).toBe(lines + 1);
    expect(await (await world.acme.call('GET', `/v1/campaigns/${id}`)).json()).toMatchObject({
      status: 'completed',
      credits: { held: 0, spent: 4 },
    });
    expect((await balance()).currentCredit).toBe(before - 4);
  });
});

describe('F41: a top-up whose answer is lost', () => {
  const topUp = () =>
    world.admin.call(
      'POST',
      `/v1/admin/users/${world.globex.userId}/credits`,
      { amount: 7, note: 'Havale' },
      { 'idempotency-key': 'transfer-12' },
    );
  const credit = async () => (await (await world.globex.call('GET', '/v1/credits')).json()).currentCredit;

  it('killed before the commit, then sent 20 times with its Idempotency-Key: counted once', async () => {
    {
      await using _crash = await sabotage(world.ctx, 'credit_transactions', { on: 'insert', ...killed });
      expect((await topUp()).status).toBe(503);
    }
    expect(await credit()).toBe(1000);
    const answers = await Promise.all(Array.from({ length: 20 }, topUp));
    expect(new Set(answers.map(({ status }) => status)).difference(new Set([201, 409]))).toEqual(new Set());
    expect((await topUp()).headers.get('idempotency-replayed')).toBe('true');
    expect(await credit()).toBe(1007);
  });
});

describe('F40: what a campaign costs is fixed when it is made', () => {
  it('longer names, another language and a smaller balance change neither its messages nor its price', async () => {
    await world.ctx.db.execute(sql`update campaigns set status = 'paused' where status in ('pending', 'running')`);
    const mediaIds = [await storeMedia(world.ctx, world.acme, 'image')];
    const body = { ...(await bodyFor(3)), mediaIds, text: `${'a'.repeat(1010)} {{ firstName }}` };
    const quote = await (await world.acme.call('POST', '/v1/campaigns/quote', body)).json();
    expect(quote).toMatchObject({ messagesPerRecipient: 1, creditsRequired: 3 });
    const { id } = await (await post(body)).json();
    await world.ctx.db.execute(sql`update customers set first_name = repeat('Ayşegül', 20)`);
    await world.acme.call('PUT', '/v1/settings', { locale: 'en' });
    const { availableCredit, currentCredit } = await balance();
    const takeAll = { amount: -availableCredit, note: 'n' };
    await world.admin.call('POST', `/v1/admin/users/${world.acme.userId}/credits`, takeAll);
    const sent = simulator.sends().length;
    await play(world);
    expect(simulator.sends().length - sent).toBe(3);
    const campaign = await (await world.acme.call('GET', `/v1/campaigns/${id}`)).json();
    expect(campaign).toMatchObject({ status: 'completed', messagesPerRecipient: 1, credits: { held: 0, spent: 3 } });
    expect((await balance()).currentCredit).toBe(currentCredit - availableCredit - 3);
  });
});
