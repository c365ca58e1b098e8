import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import type { Claim } from '#src/campaigns/lane.ts';
import { markDispatched } from '#src/campaigns/mark-dispatched.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { claimNextMessage } from '#test/campaigns/claim-next-message.ts';
import { createGroupOf } from '#test/campaigns/stage.ts';
import { AYSE, BURAK, type ChatScene, chat } from './chat-scene.ts';

const scene = await chat();
afterAll(() => scene[Symbol.asyncDispose]());

async function claimed({ ctx }: ChatScene = scene): Promise<Claim> {
  const claim = await claimNextMessage(ctx);
  if (typeof claim === 'string') throw new Error(`nothing claimed: ${claim}`);
  return claim;
}
async function one(text: string, phone = AYSE): Promise<string> {
  return (await scene.written({ phone, text })).messages[0]!.id;
}
const textsTo = (phone: string, since: number) =>
  scene.simulator
    .sends()
    .slice(since)
    .filter(({ number }) => phone.endsWith(number))
    .map(({ text }) => text);
const sent = () => scene.simulator.sends().length;

describe('single messages on the lane', () => {
  it('keep their order', async () => {
    const since = sent();
    for (const text of ['bir', 'iki', 'üç', 'dört']) await one(text);
    await scene.pump();
    expect(textsTo(AYSE, since)).toEqual(['bir', 'iki', 'üç', 'dört']);
  });

  it('overtake bulk that is running, outside its sending window too', async () => {
    await using own = await chat();
    const groupId = await createGroupOf(own.ctx, own.acme, 4);
    await own.acme.call('POST', '/v1/campaigns', {
      name: 'Toplu',
      channel: 'whatsapp',
      text: 'toplu',
      audience: { groupIds: [groupId] },
      startAt: null,
    });
    await own.drain();
    await sendClaim(own.ctx, await claimed(own));
    await own.written({ phone: AYSE, text: 'cevap' });
    await sendClaim(own.ctx, await claimed(own));
    expect(own.simulator.sends().map(({ text }) => text)).toEqual(['toplu', 'cevap']);
    own.clock.set(new Date('2026-03-02T20:30:00Z'));
    await own.written({ phone: AYSE, text: 'gece' });
    await own.pump();
    expect(own.simulator.sends().map(({ text }) => text)).toEqual(['toplu', 'cevap', 'gece']);
    expect(await own.ledger()).toEqual([]);
  });

  it('go one at a time, with the delay of the number between them', async () => {
    await using own = await chat();
    await own.ctx.db.execute(sql`update user_settings set delay_min_seconds = 20, delay_max_seconds = 20`);
    for (const text of ['1', '2']) await own.written({ phone: AYSE, text });
    const first = await claimed(own);
    expect(await claimNextMessage(own.ctx)).toBe('idle');
    await sendClaim(own.ctx, first);
    expect(await own.pump()).toBe(0);
    own.clock.advance({ seconds: 19 });
    expect(await own.pump()).toBe(0);
    own.clock.advance({ seconds: 1 });
    expect(await own.pump()).toBe(1);
  });

  it('are not sent through an open breaker; one is its probe when the time has come', async () => {
    await using own = await chat();
    const id = (await own.written({ phone: AYSE, text: 'deneme' })).messages[0]!.id;
    const until = new Date(own.clock.now().getTime() + 900_000).toISOString();
    await own.ctx.db.execute(sql`
      insert into lane_health (instance_id, organization_id, scope, state, reason, since_at, retry_at, openings)
      values (${own.instanceId}, ${own.acme.organizationId}, 'all', 'open', 'error-rate', ${own.clock.now().toISOString()}::timestamptz, ${until}::timestamptz, 1)`);
    expect(await own.pump()).toBe(0);
    own.clock.advance({ minutes: 15 });
    await own.sweep();
    expect(await own.pump()).toBe(1);
    const [health] = await own.ctx.db.execute(sql`select state, probe_message_id from lane_health`);
    expect(health).toEqual({ state: 'half-open', probe_message_id: id });
  });
});

it('to strangers wait while strangers may not be written to; those who have written do not', async () => {
  await using own = await chat();
  const stranger = (await own.written({ phone: '+905339990011', text: 'tanışalım' })).messages[0]!.id;
  await own.hear(AYSE, 'Merhaba');
  const known = (await own.written({ phone: AYSE, text: 'Buyurun' })).messages[0]!.id;
  const until = new Date(own.clock.now().getTime() + 900_000).toISOString();
  await own.ctx.db.execute(sql`
    insert into lane_health (instance_id, organization_id, scope, state, reason, since_at, retry_at, openings)
    values (${own.instanceId}, ${own.acme.organizationId}, 'cold', 'open', 'refused-cold', ${own.clock.now().toISOString()}::timestamptz, ${until}::timestamptz, 1)`);
  expect(await own.pump()).toBe(1);
  expect(await own.row(known)).toMatchObject({ status: 'sent', cold: false });
  expect(await own.row(stranger)).toMatchObject({ status: 'queued' });
  own.clock.advance({ minutes: 15 });
  await own.sweep();
  expect(await own.pump()).toBe(1);
  expect(await own.row(stranger)).toMatchObject({ status: 'sent', cold: true });
});

describe('what may not be sent any more', () => {
  it('blacklisted between request and claim: cancelled, paid back', async () => {
    const before = await scene.credits();
    const id = await one('gitmemeli', BURAK);
    await scene.acme.call('POST', '/v1/suppressions', { phone: BURAK, level: 'blacklist' });
    expect(await scene.pump()).toBe(0);
    expect(await scene.row(id)).toMatchObject({ status: 'cancelled', statusReason: 'blacklisted' });
    expect(await scene.credits()).toEqual(before);
    await scene.ctx.db.execute(sql`delete from suppressions where phone = ${BURAK}`);
    expect(await scene.ledger()).toEqual([]);
  });

  it('F22: blacklisted between claim and call: does not leave', async () => {
    const since = sent();
    const id = await one('gitmemeli', BURAK);
    const claim = await claimed();
    await scene.acme.call('POST', '/v1/suppressions', { phone: BURAK, level: 'blacklist' });
    await sendClaim(scene.ctx, claim);
    await scene.pump();
    expect(sent()).toBe(since);
    expect(await scene.row(id)).toMatchObject({ status: 'cancelled', statusReason: 'blacklisted' });
    await scene.ctx.db.execute(sql`delete from suppressions where phone = ${BURAK}`);
    expect(await scene.ledger()).toEqual([]);
  });

  it('a ban between claim and call: does not leave; the sweep cancels and pays back', async () => {
    await using own = await chat();
    const id = (await own.written({ phone: AYSE, text: 'x' })).messages[0]!.id;
    const claim = await claimed(own);
    await own.admin.call('PUT', `/v1/admin/users/${own.acme.userId}/ban`, { reason: 'spam' });
    await sendClaim(own.ctx, claim);
    expect(own.simulator.sends()).toHaveLength(0);
    await own.sweep();
    expect(await own.row(id)).toMatchObject({ status: 'cancelled', statusReason: 'user-banned' });
    expect(
      (await own.ctx.db.execute(sql`select held_credits from credit_accounts where user_id = ${own.acme.userId}`))[0],
    ).toEqual({ held_credits: '0' });
    expect(await own.ledger()).toEqual([]);
  });

  it('the number deleted, or a day gone by: the sweep cancels and pays back', async () => {
    await using own = await chat();
    const before = await own.credits();
    const old = (await own.written({ phone: AYSE, text: 'eski' })).messages[0]!.id;
    await own.ctx.db.execute(sql`update lanes set due_at = null`);
    own.clock.advance({ hours: 24 });
    await own.ctx.db.execute(sql`update sessions set expires_at = expires_at + interval '30 days'`);
    const young = (await own.written({ phone: AYSE, text: 'yeni' })).messages[0]!.id;
    await own.ctx.db.execute(
      sql`update instances set status = 'closed', deleting_at = ${own.clock.now().toISOString()}::timestamptz`,
    );
    await own.sweep();
    expect(await own.row(old)).toMatchObject({ status: 'cancelled', statusReason: 'instance-deleted' });
    expect(await own.row(young)).toMatchObject({ status: 'cancelled', statusReason: 'instance-deleted' });
    expect(await own.credits()).toMatchObject({ heldCredit: 0, currentCredit: before.currentCredit });
    expect(await own.ledger()).toEqual([]);
  });

  it('too late: cancelled at the claim', async () => {
    const id = await one('geç');
    await scene.ctx.db.execute(
      sql`update messages set waits_until_at = ${scene.clock.now().toISOString()}::timestamptz where id = ${id}`,
    );
    expect(await scene.pump()).toBe(0);
    expect(await scene.row(id)).toMatchObject({ status: 'cancelled', statusReason: 'too-late' });
    expect(await scene.ledger()).toEqual([]);
  });
});

describe('a worker killed', () => {
  it('F1: between claim and intent: it goes out after the lease, once', async () => {
    const since = sent();
    const id = await one('kesilen');
    await claimed();
    scene.clock.advance({ minutes: 5 });
    await scene.pump();
    expect(textsTo(AYSE, since)).toEqual(['kesilen']);
    expect(await scene.row(id)).toMatchObject({ status: 'sent' });
    expect(await scene.ledger()).toEqual([]);
  });

  it('F2, F3: after the intent: unknown, its credit held, never simply sent again', async () => {
    const since = sent();
    const before = await scene.credits();
    const id = await one('yolda kesilen');
    const claim = await claimed();
    expect(await markDispatched(scene.ctx, [{ claim, rules: { window: [] as never } }])).toEqual([true]);
    scene.clock.advance({ minutes: 5 });
    await scene.pump();
    expect(await scene.row(id)).toMatchObject({ status: 'unknown', statusReason: 'worker-lost' });
    expect(sent()).toBe(since);
    expect(await scene.credits()).toMatchObject({ heldCredit: before.heldCredit + 1 });
    expect(await scene.ledger()).toEqual([]);
  });
});

describe('DELETE /v1/messages/{id}', () => {
  it('200: one that waits is cancelled, once, and its credit free', async () => {
    const before = await scene.credits();
    const id = await one('vazgeçtim');
    const answers = await Promise.all([1, 2].map(() => scene.acme.call('DELETE', `/v1/messages/${id}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await answers[0]!.json()).toMatchObject({ status: 'cancelled', statusReason: 'withdrawn' });
    expect(await scene.credits()).toEqual(before);
    expect(await scene.pump()).toBe(0);
    expect((await scene.acme.call('POST', `/v1/messages/${id}/retry`)).status).toBe(409);
    expect(await scene.ledger()).toEqual([]);
  });

  it('409: while it is leaving; 404: of another organization', async () => {
    const id = await one('giden');
    const claim = await claimed();
    expect((await scene.acme.call('DELETE', `/v1/messages/${id}`)).status).toBe(409);
    expect((await scene.globex.call('DELETE', `/v1/messages/${id}`)).status).toBe(404);
    await sendClaim(scene.ctx, claim);
    expect(await scene.row(id)).toMatchObject({ status: 'sent' });
  });
});
