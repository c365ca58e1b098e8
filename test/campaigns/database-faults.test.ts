import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Claim } from '#src/campaigns/lane.ts';
import { lockDueLanes } from '#src/campaigns/lock-due-lanes.ts';
import { type Pump, runPump } from '#src/campaigns/run-pump.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { openDatabase } from '#src/db/client.ts';
import { sabotage } from '#test/support/sabotage.ts';
import { startInboundDrain } from '#webhooks/inbound/evolution/start-inbound-drain.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { connectNumber } from './connected.ts';
import { endingsFrom } from './stage.ts';

let number: Awaited<ReturnType<typeof connectNumber>>;
let dba: pg.Client;
let pump: Pump;
let drain: ReturnType<typeof startInboundDrain>;
let first = 2000;
/** A database with a number on it, and a connection of somebody else's to do harm with. */
beforeAll(async () => {
  number = await connectNumber({ latencyMs: [5, 15] });
  await number.ctx.db.execute(sql`update organizations set unknown_policy = 'resend-when-absent'`);
  dba = new pg.Client(number.databaseUrl);
  await dba.connect();
});
afterAll(async () => {
  await dba.end();
  await number[Symbol.asyncDispose]();
});
/** A worker as it runs in production, but for its jobs. */
beforeEach(async () => {
  number.clock.set(new Date());
  await number.heal();
  pump = await runPump(number.ctx);
  drain = startInboundDrain(number.ctx);
});
afterEach(async () => {
  await pump.stop();
  await drain.stop();
  expect(await number.ledger()).toEqual([]);
});

const cutEveryone = () =>
  dba.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
const begin = (count: number) => {
  first += 200;
  return number.campaign(endingsFrom(first, count), { known: true });
};
type Campaign = Awaited<ReturnType<typeof begin>>;

/** The trouble is over: everybody is written to once, in the end; the clock goes fast, so that leases run out. */
async function expectEveryoneOnce(campaign: Campaign, count: number): Promise<void> {
  for (let round = 0; round < 60; round++) {
    await number.drain();
    if ((await campaign.read()).status === 'completed') break;
    await sleep(150);
    if (round > 5) number.clock.advance({ seconds: 95 });
  }
  const people = await number.ctx.db.execute<{ phone: string }>(
    sql`select address as phone from campaign_recipients where campaign_id = ${campaign.id}`,
  );
  const got = people.map(({ phone }) => number.simulator.sends({ number: phone.slice(1) }).length);
  expect(got).toEqual(Array(count).fill(1));
  expect(await campaign.read()).toMatchObject({ status: 'completed', credits: { held: 0, spent: count } });
}
const sent = async (campaign: Campaign) => {
  const { counts } = await campaign.read().catch(() => ({ counts: {} }));
  return (counts.sent ?? 0) + (counts.delivered ?? 0) + (counts.read ?? 0);
};
async function untilSent(campaign: Campaign, count: number): Promise<void> {
  for (let i = 0; i < 200 && (await sent(campaign)) < count; i++) await sleep(20);
}

describe('PostgreSQL in mid-campaign', () => {
  it('F44: every connection is cut, again and again: nobody twice, nobody lost', async () => {
    const campaign = await begin(40);
    for (let cut = 0; cut < 8; cut++) {
      await sleep(60 + 15 * cut);
      await cutEveryone();
    }
    await sleep(200);
    await expectEveryoneOnce(campaign, 40);
  });

  it('F46: the disk is full at one write in seven (an imitation: no small disk can be made here): the same', async () => {
    const full = { on: 'insert or update', code: '53100', share: 0.15 } as const;
    const campaign = await begin(20);
    {
      await using _messages = await sabotage({ db: number.ctx.db }, 'messages', full);
      await using _inbound = await sabotage({ db: number.ctx.db }, 'inbound_events', full);
      await sleep(1500);
    }
    await expectEveryoneOnce(campaign, 20);
  });

  it('F46: 503 on a full disk, nothing saved, nothing held', async () => {
    await using _full = await sabotage({ db: number.ctx.db }, 'campaign_recipients', { on: 'insert', code: '53100' });
    const before = await (await number.asAcme('GET', '/v1/credits')).json();
    const body = { name: 'n', channel: 'whatsapp', text: 'x', audience: { customerIds: [number.customers.ayse] } };
    const answer = await number.asAcme('POST', '/v1/campaigns', body);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await (await number.asAcme('GET', '/v1/credits')).json()).toEqual(before);
  });

  it('F48: it fails over, read-only meanwhile: refused with 503, nobody twice, nobody lost, and it writes again by itself', async () => {
    const campaign = await begin(40);
    await untilSent(campaign, 5);
    const database = new URL(number.databaseUrl).pathname.slice(1);
    await dba.query(`alter database ${database} set default_transaction_read_only = on`);
    await cutEveryone();
    await sleep(1000);
    const group = () => number.asAcme('POST', '/v1/groups', { name: `F48 ${Math.random()}` });
    expect((await group()).status).toBe(503);
    expect((await number.asAcme('GET', '/v1/campaigns')).status).toBe(200);
    await dba.query(`alter database ${database} reset default_transaction_read_only`);
    const answers = [];
    for (let i = 0; i < 12; i++) answers.push((await group()).status);
    expect(answers.slice(-3)).toEqual([201, 201, 201]);
    await expectEveryoneOnce(campaign, 40);
  });

  it('F20: a worker that stops in the middle of a claim holds its lanes only until the database gives it up', async () => {
    await pump.stop();
    const campaign = await begin(1);
    const frozen = openDatabase(number.databaseUrl, { idleTimeoutMs: 400 });
    const thaw = Promise.withResolvers<void>();
    const holding = Promise.withResolvers<number>();
    const late = frozen.db.transaction(async (tx) => {
      const ctx = { ...number.ctx, db: tx };
      holding.resolve((await lockDueLanes(ctx, 10)).length);
      await thaw.promise;
      await tx.execute(sql`update campaigns set name = 'late' where id = ${campaign.id}`);
    });
    expect(await holding.promise).toBe(1);
    expect(await claimNextMessage(number.ctx)).toBe('idle');
    await expect.poll(() => claimNextMessage(number.ctx), { timeout: 3_000 }).toMatchObject({ part: 1 });
    thaw.resolve();
    await expect(late).rejects.toThrow();
    expect((await campaign.read()).name).not.toBe('late');
    await frozen.close();
    pump = await runPump(number.ctx);
    await expectEveryoneOnce(campaign, 1);
  });

  it('F45, F49: a lock held longer than anybody waits, and hundreds of requests at once: what was acknowledged is there', async () => {
    const campaign = await begin(20);
    await untilSent(campaign, 3);
    await dba.query('begin');
    await dba.query('lock table groups, messages in exclusive mode');
    const asked = Array.from({ length: 400 }, async (_, i) => {
      const begun = performance.now();
      const name = `F49 ${i}`;
      const answer = await number.acme.call('POST', '/v1/groups', { name });
      return { name, status: answer.status, waited: performance.now() - begun };
    });
    await Promise.any(asked.map((one) => one.then(({ status }) => status === 503 || Promise.reject(status))));
    await dba.query('rollback');
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 503]));
    const { rows } = await dba.query<{ name: string }>("select name from groups where name like 'F49 %'");
    const stored = new Set(rows.map(({ name }) => name));
    const acknowledged = answers.filter(({ status }) => status === 201).map(({ name }) => name);
    expect(stored).toEqual(new Set(acknowledged));
    expect(Math.max(...answers.map(({ waited }) => waited))).toBeLessThan(20_000);
    await expectEveryoneOnce(campaign, 20);
  }, 60_000);

  it('F47: somebody’s snapshot stays open for as long as a lane needs for 200 messages: claiming does not slow down with each', async () => {
    await pump.stop();
    await dba.query('begin isolation level repeatable read');
    await dba.query('select count(*) from messages');
    const campaign = await begin(40);
    const before = await timeClaims(20);
    // what claims, outcomes and acks leave behind while nobody may clean up
    await number.ctx.db.execute(sql`do $$ begin for i in 1..600 loop
      update lanes set fence = fence, due_at = due_at;
      update campaign_progress set sent_count = sent_count;
      update credit_accounts set updated_at = updated_at;
      commit;
    end loop; end $$`);
    const after = await timeClaims(20);
    await dba.query('rollback');
    pump = await runPump(number.ctx);
    await expectEveryoneOnce(campaign, 40);
    expect(after).toBeLessThan(4 * before);
  });
});

/** Claims and sends so many; answers the median time of a claim. */
async function timeClaims(count: number): Promise<number> {
  const times: number[] = [];
  for (let claim: Claim | string = ''; times.length < count && claim !== 'idle'; ) {
    const begun = performance.now();
    claim = await claimNextMessage(number.ctx);
    if (typeof claim === 'string') continue;
    times.push(performance.now() - begun);
    await sendClaim(number.ctx, claim);
  }
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}
