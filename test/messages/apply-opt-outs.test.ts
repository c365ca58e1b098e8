import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { followAcks } from '#src/campaigns/follow-acks.ts';
import type { Claim } from '#src/campaigns/lane.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { sweepCampaigns } from '#src/campaigns/sweep-campaigns.ts';
import { applyOptOuts, type InboundText } from '#src/messages/apply-opt-outs.ts';
import { claimNextMessage } from '#test/campaigns/claim-next-message.ts';
import { stage } from '#test/campaigns/scene.ts';
import { pumpDry } from '#test/campaigns/stage.ts';
import { createHookWorld } from '#test/webhooks/inbound/evolution/hook-world.ts';

type Scene = Awaited<ReturnType<typeof stage>>;
const AYSE = '+905321110001';

const says = (scene: Scene, text: string, more: Partial<InboundText> = {}) =>
  applyOptOuts(scene.ctx, [
    { instanceId: scene.instanceId, phone: AYSE, providerMessageId: 'IN1', text, at: scene.clock.now(), ...more },
  ]);
const suppressions = async ({ acme }: Scene, phone = AYSE) =>
  (await (await acme.call('GET', `/v1/suppressions?search=${encodeURIComponent(phone)}`)).json()).data;
const replies = ({ ctx }: Scene) =>
  ctx.db.execute<{
    id: string;
    status: string;
    body: string;
    address: string;
    status_reason: string | null;
    captured_at: string | null;
  }>(
    sql`select id, status, body, address, status_reason, captured_at from messages where purpose = 'opt-out-reply' order by id`,
  );
/** No campaign that could send: one that is far away. */
const quiet = () => stage({ count: 1, more: { startAt: '2026-04-02T13:00:00+03:00' } });
const claimed = (claim: Awaited<ReturnType<typeof claimNextMessage>>): Claim => {
  if (typeof claim === 'string') throw new Error(`nothing claimed: ${claim}`);
  return claim;
};

describe('an opt-out', () => {
  it('blacklists the phone with the words as evidence, tells front ends and leaves an activity', async () => {
    await using scene = await quiet();
    await says(scene, ' stop! ');
    expect(await suppressions(scene)).toMatchObject([
      {
        phone: AYSE,
        level: 'blacklist',
        reason: 'opt-out',
        expiresAt: null,
        evidence: {
          text: ' stop! ',
          receivedAt: '2026-03-02T09:00:00.000Z',
          instanceId: scene.instanceId,
          messageId: 'IN1',
        },
      },
    ]);
    const events = await scene.ctx.db.execute<{ data: unknown }>(
      sql`select data from live_events where type = 'customer.opted-out' and organization_id = ${scene.acme.organizationId}`,
    );
    expect(events).toMatchObject([{ data: { phone: AYSE, customerId: scene.customers.ayse } }]);
    const activities = await scene.ctx.db.execute<{ actor_type: string }>(
      sql`select actor_type from activities where verb = 'customers.opt-out'`,
    );
    expect(activities).toEqual([{ actor_type: 'webhook' }]);
  });
  it('is answered once, in the language of its word, free of charge, although blacklisted and outside the window', async () => {
    await using scene = await quiet();
    await scene.acme.call('PUT', '/v1/settings', { locale: 'en' });
    scene.clock.set('2026-03-02T23:30:00Z');
    await says(scene, 'iptal');
    expect(await pumpDry(scene.ctx)).toBe(1);
    expect(scene.simulator.sends()).toMatchObject([
      { number: AYSE.slice(1), text: 'Talebinizi aldık. Size artık mesaj göndermeyeceğiz.' },
    ]);
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await scene.credits()).toMatchObject({ currentCredit: 1000, heldCredit: 1 });
    expect(await scene.ledger()).toEqual([]);
    expect(await replies(scene)).toMatchObject([{ status: 'sent', address: AYSE, captured_at: null }]);
  });
  it('in the language of the number’s user where its word tells none', async () => {
    await using scene = await quiet();
    await scene.acme.call('PUT', '/v1/settings', { locale: 'en' });
    await says(scene, 'stop');
    await pumpDry(scene.ctx);
    expect(scene.simulator.sends()[0]!.text).toBe(
      'We have got your request. You will not receive any more messages from us.',
    );
  });

  it('F28: the same webhook ten times and more of the same words are one opt-out and one answer', async () => {
    await using scene = await quiet();
    for (let i = 0; i < 10; i++) await says(scene, 'DUR');
    await says(scene, 'STOP', { providerMessageId: 'IN2' });
    await Promise.all(['IN3', 'IN4'].map((providerMessageId) => says(scene, 'DUR', { providerMessageId })));
    expect(await suppressions(scene)).toHaveLength(1);
    expect((await suppressions(scene))[0].evidence.messageId).toBe('IN1');
    expect(await pumpDry(scene.ctx)).toBe(1);
    expect(await replies(scene)).toHaveLength(1);
  });

  it('by two at once: one opt-out, one answer', async () => {
    await using scene = await quiet();
    await Promise.all(['A', 'B', 'C'].map((providerMessageId) => says(scene, 'DUR', { providerMessageId })));
    expect(await replies(scene)).toHaveLength(1);
  });

  it('of someone on the list already adds the evidence to the entry and is answered', async () => {
    await using scene = await quiet();
    await scene.acme.call('POST', '/v1/suppressions', { phone: AYSE, level: 'blacklist', reason: 'rude' });
    await says(scene, 'STOP');
    expect(await suppressions(scene)).toMatchObject([{ reason: 'rude', evidence: { text: 'STOP' } }]);
    expect(await replies(scene)).toHaveLength(1);
  });

  it('let in again by hand, the customer may opt out again', async () => {
    await using scene = await quiet();
    await says(scene, 'STOP');
    const [{ id }] = await suppressions(scene);
    await scene.acme.call('DELETE', `/v1/suppressions/${id}`);
    await says(scene, 'STOP', { providerMessageId: 'IN2' });
    expect(await suppressions(scene)).toHaveLength(1);
    expect(await replies(scene)).toHaveLength(2);
  });

  it('of a phone that WhatsApp spells otherwise (Brazil) reaches the customer', async () => {
    await using scene = await quiet();
    const { id } = await (
      await scene.acme.call('POST', '/v1/customers', { firstName: 'Ana', phone: '+5511988887777' })
    ).json();
    await says(scene, 'STOP', { phone: '+551188887777' });
    expect(await suppressions(scene, '+5511988887777')).toHaveLength(1);
    const [event] = await scene.ctx.db.execute<{ data: { customerId: string } }>(
      sql`select data from live_events where type = 'customer.opted-out'`,
    );
    expect(event!.data.customerId).toBe(id);
  });

  it('anything else, a stranger’s number or another organization’s list changes nothing', async () => {
    await using scene = await quiet();
    for (const text of ['hello', 'please stop', 'durak', '']) await says(scene, text);
    await says(scene, 'STOP', { instanceId: scene.id });
    expect(await suppressions(scene)).toEqual([]);
    expect(await replies(scene)).toEqual([]);
    await says(scene, 'STOP');
    const theirs = await (await scene.globex.call('GET', '/v1/suppressions')).json();
    expect(theirs.data).toEqual([]);
  });

  it('the words can be chosen: only those count, in any casing; null brings the usual ones back', async () => {
    await using scene = await quiet();
    const put = (optOutWords: unknown) => scene.acme.call('PATCH', '/v1/organization', { optOutWords });
    expect(await (await put(['Hayır', 'listeden çıkar'])).json()).toMatchObject({
      optOutWords: ['Hayır', 'listeden çıkar'],
    });
    await says(scene, 'STOP');
    expect(await suppressions(scene)).toEqual([]);
    await says(scene, 'HAYIR');
    expect(await suppressions(scene)).toHaveLength(1);
    expect((await (await put(null)).json()).optOutWords).toContain('İSTEMİYORUM');
    for (const wrong of [[], ['!!'], ['x'.repeat(51)], 'STOP']) expect((await put(wrong)).status).toBe(400);
  });

  it('F22: a campaign on its way skips who opts out before his message', async () => {
    await using scene = await stage({ count: 3, more: { delay: { minSeconds: 10, maxSeconds: 10 } } });
    await pumpDry(scene.ctx);
    const [, second] = await scene.recipients();
    await says(scene, 'ret', { phone: second.address });
    for (let i = 0; i < 4; i++) {
      scene.clock.advance({ seconds: 10 });
      await pumpDry(scene.ctx);
    }
    await scene.drain();
    expect((await scene.recipients())[1]).toMatchObject({ status: 'skipped', statusReason: 'blacklisted' });
    expect(scene.simulator.sends().map(({ text }) => text?.slice(0, 7))).toEqual(['Merhaba', 'Talebin', 'Merhaba']);
    expect(await scene.credits()).toMatchObject({ currentCredit: 998, heldCredit: 0 });
  });
});

describe('a single message on the lane', () => {
  it('goes before the bulk, after the delay of the message before it', async () => {
    await using scene = await stage({ count: 3, more: { delay: { minSeconds: 10, maxSeconds: 10 } } });
    await pumpDry(scene.ctx);
    await says(scene, 'STOP');
    expect(await pumpDry(scene.ctx)).toBe(0);
    scene.clock.advance({ seconds: 10 });
    const claim = claimed(await claimNextMessage(scene.ctx));
    expect(claim).toMatchObject({ campaignId: null, purpose: 'opt-out-reply', address: AYSE });
    expect(await claimNextMessage(scene.ctx)).toBe('idle');
    await sendClaim(scene.ctx, claim);
  });

  it('F1: a worker lost before the intent leaves it queued, and it is sent once after the lease', async () => {
    await using scene = await quiet();
    await says(scene, 'STOP');
    claimed(await claimNextMessage(scene.ctx));
    expect(await pumpDry(scene.ctx)).toBe(0);
    scene.clock.advance({ seconds: 91 });
    expect(await pumpDry(scene.ctx)).toBe(1);
    expect(scene.simulator.sends()).toHaveLength(1);
  });

  it('F2: a worker lost after the intent leaves it unknown, and it is not sent again', async () => {
    await using scene = await quiet();
    await says(scene, 'STOP');
    const claim = claimed(await claimNextMessage(scene.ctx));
    await scene.ctx.db.execute(sql`update messages set dispatched_at = claimed_at where id = ${claim.messageId}`);
    scene.clock.advance({ seconds: 91 });
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await replies(scene)).toMatchObject([{ status: 'unknown', status_reason: 'worker-lost' }]);
  });

  it('F20: a worker frozen past its lease can no longer send it', async () => {
    await using scene = await quiet();
    await says(scene, 'STOP');
    const frozen = claimed(await claimNextMessage(scene.ctx));
    scene.clock.advance({ seconds: 91 });
    await pumpDry(scene.ctx);
    await sendClaim(scene.ctx, frozen);
    expect(scene.simulator.sends()).toHaveLength(1);
  });

  it('follows its acks; an ERROR gives nothing back, for nothing was spent', async () => {
    await using scene = await quiet();
    await says(scene, 'STOP');
    await pumpDry(scene.ctx);
    const [row] = await scene.ctx.db.execute<{ key: string }>(sql`select provider_message_id as key from messages`);
    const ack = (status: 'DELIVERY_ACK' | 'ERROR') =>
      followAcks(scene.ctx, [
        { instanceId: scene.instanceId, providerMessageId: row!.key, status, at: scene.clock.now() },
      ]);
    await ack('ERROR');
    expect(await replies(scene)).toMatchObject([{ status: 'failed', status_reason: 'refused-by-whatsapp' }]);
    await ack('DELIVERY_ACK');
    expect(await replies(scene)).toMatchObject([{ status: 'delivered' }]);
    expect(await scene.credits()).toMatchObject({ currentCredit: 1000 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('that Evolution refuses fails, and holds up nothing', async () => {
    await using scene = await stage({ count: 1 });
    await says(scene, 'STOP', { phone: '+905321110404' });
    expect(await pumpDry(scene.ctx)).toBe(2);
    expect(await replies(scene)).toMatchObject([{ status: 'failed', status_reason: 'not-on-whatsapp' }]);
    expect(await scene.campaign()).toMatchObject({ counts: { sent: 1 } });
  });

  it('waits while the number is not open or its user is banned; after a day it is dropped', async () => {
    await using scene = await quiet();
    await scene.ctx.db.execute(sql`update instances set status = 'closed'`);
    await says(scene, 'STOP');
    expect(await pumpDry(scene.ctx)).toBe(0);
    await scene.ctx.db.execute(sql`update instances set status = 'open'`);
    await scene.ctx.db.execute(sql`update users set banned = true where id = ${scene.acme.userId}`);
    await sweepCampaigns(scene.ctx);
    expect(await pumpDry(scene.ctx)).toBe(0);
    await scene.ctx.db.execute(sql`update users set banned = false`);
    scene.clock.advance({ hours: 25 });
    await sweepCampaigns(scene.ctx);
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await replies(scene)).toMatchObject([{ status: 'cancelled', status_reason: 'too-late' }]);
    expect(scene.simulator.sends()).toHaveLength(0);
  });

  it('is found by the sweeper when its wake-up was lost', async () => {
    await using scene = await quiet();
    await says(scene, 'STOP');
    await scene.ctx.db.execute(sql`update lanes set due_at = null`);
    expect(await pumpDry(scene.ctx)).toBe(0);
    await sweepCampaigns(scene.ctx);
    expect(await pumpDry(scene.ctx)).toBe(1);
  });

  it('of a banned user does not leave even when claimed before the ban', async () => {
    await using scene = await quiet();
    await says(scene, 'STOP');
    const claim = claimed(await claimNextMessage(scene.ctx));
    await scene.ctx.db.execute(sql`update users set banned = true where id = ${scene.acme.userId}`);
    await sendClaim(scene.ctx, claim);
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(scene.simulator.sends()).toHaveLength(0);
  });
});

describe('POST /hooks/evolution/{secret}: messages.upsert', () => {
  it('200: carries an opt-out to the blacklist', async () => {
    await using world = await createHookWorld();
    const data = {
      key: { remoteJid: '905321110001@s.whatsapp.net', fromMe: false, id: 'IN1', addressingMode: 'pn' },
      message: { conversation: 'Stop' },
      messageType: 'conversation',
      messageTimestamp: 1_772_442_000,
    };
    expect((await world.knock('messages.upsert', data)).status).toBe(200);
    expect((await world.knock('messages.upsert', data)).status).toBe(200);
    await world.drain();
    const rows = await world.ctx.db.execute(sql`select phone from suppressions where evidence is not null`);
    expect(rows).toEqual([{ phone: AYSE }]);
  });
});
