import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { expireCampaigns } from '#src/campaigns/expire-campaigns.ts';
import type { Claim } from '#src/campaigns/lane.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { startCampaign } from '#src/campaigns/start-campaign.ts';
import { createWorld } from '#test/support/world.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { stage } from './scene.ts';
import { openInstance, pumpDry } from './stage.ts';

const UNTIL = '2026-03-02T13:00:00+03:00';
const JUST_BEFORE = '2026-03-02T09:59:59Z';
const OVER = '2026-03-02T10:00:00Z';
const slowly = { delay: { minSeconds: 60, maxSeconds: 60 } };

const claimed = (claim: Awaited<ReturnType<typeof claimNextMessage>>): Claim => {
  if (typeof claim === 'string') throw new Error(`no claim: ${claim}`);
  return claim;
};

describe('validUntil', () => {
  it('ends a running campaign: the rest is skipped as expired, its credits are free, one line for what was sent', async () => {
    await using scene = await stage({ count: 4, more: { ...slowly, validUntil: UNTIL } });
    expect(await scene.campaign()).toMatchObject({ validUntil: '2026-03-02T10:00:00.000Z' });
    await pumpDry(scene.ctx);
    scene.clock.set(OVER);
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await scene.sweep()).toMatchObject({ expired: 1 });
    expect(await scene.sweep()).toMatchObject({ expired: 0 });
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      statusReason: 'expired',
      counts: { sent: 1, skipped: 3, queued: 0 },
      credits: { held: 0, spent: 1 },
      endedAt: '2026-03-02T10:00:00.000Z',
    });
    expect((await scene.recipients())[3]).toMatchObject({ status: 'skipped', statusReason: 'expired' });
    expect(await scene.credits()).toMatchObject({ currentCredit: 999, heldCredit: 0 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('one millisecond before it a message is claimed, at it none, whoever else is on the lane goes on', async () => {
    await using scene = await stage({ count: 3, more: { validUntil: UNTIL } });
    const audience = { customerIds: [scene.customers.ayse] };
    const other = { name: 'n', channel: 'whatsapp', text: 'öteki', startAt: null, audience };
    await scene.acme.call('POST', '/v1/campaigns', other);
    await scene.drain();
    scene.clock.set('2026-03-02T09:59:59.999Z');
    await sendClaim(scene.ctx, claimed(await claimNextMessage(scene.ctx)));
    scene.clock.set(OVER);
    expect(await pumpDry(scene.ctx)).toBe(1);
    expect(scene.simulator.sends().map(({ text }) => text)).toEqual(['Merhaba Müşteri1', 'öteki']);
  });

  it('between claim and call: the message does not leave', async () => {
    await using scene = await stage({ count: 1, more: { validUntil: UNTIL } });
    scene.clock.set(JUST_BEFORE);
    const claim = claimed(await claimNextMessage(scene.ctx));
    scene.clock.set(OVER);
    await sendClaim(scene.ctx, claim);
    await scene.sweep();
    expect(scene.simulator.sends()).toHaveLength(0);
    expect(await scene.campaign()).toMatchObject({
      status: 'failed',
      statusReason: 'expired',
      counts: { skipped: 1 },
      credits: { held: 0, spent: 0 },
    });
    expect(await scene.ledger()).toEqual([]);
  });

  it('with a message on the wire: it is waited for, kept and paid, the rest is skipped', async () => {
    await using scene = await stage({ count: 3, more: { validUntil: UNTIL } });
    scene.clock.set('2026-03-02T09:59:59Z');
    const sending = sendClaim(scene.ctx, claimed(await claimNextMessage(scene.ctx)));
    const wait = async (): Promise<void> => {
      const [row] = await scene.ctx.db.execute(sql`select 1 from messages where dispatched_at is not null`);
      if (!row) await wait();
    };
    await wait();
    scene.clock.set(OVER);
    await expireCampaigns(scene.ctx);
    await sending;
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: { sent: 1, skipped: 2 },
      credits: { held: 0, spent: 1 },
    });
    expect(await scene.ledger()).toEqual([]);
  });

  it.each([['pending', null] as const, ['paused', 'pause'] as const])(
    'ends a %s campaign that nobody got as failed',
    async (_, act) => {
      await using scene = await stage({
        count: 2,
        more: { startAt: '2026-03-02T12:30:00+03:00', validUntil: UNTIL },
      });
      if (act) await scene.act(act);
      scene.clock.set(OVER);
      if (act) await scene.sweep();
      else await startCampaign(scene.ctx, scene.id);
      expect(await scene.campaign()).toMatchObject({
        status: 'failed',
        statusReason: 'expired',
        nextRunAt: null,
        counts: { skipped: 2 },
        credits: { held: 0 },
      });
      expect((await scene.act('resume')).status).toBe(409);
      expect(await scene.ledger()).toEqual([]);
    },
  );

  it('once, however many look at the same time', async () => {
    await using scene = await stage({ count: 5, more: { validUntil: UNTIL } });
    scene.clock.set(OVER);
    await Promise.all([
      expireCampaigns(scene.ctx),
      expireCampaigns(scene.ctx),
      startCampaign(scene.ctx, scene.id),
      scene.act('cancel'),
    ]);
    const activities = await scene.ctx.db.execute<{ verb: string }>(
      sql`select verb from activities where verb in ('campaigns.expire', 'campaigns.cancel')`,
    );
    expect(activities).toHaveLength(1);
    expect(await scene.campaign()).toMatchObject({ counts: { skipped: 5 }, credits: { held: 0 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('200: a quote warns when not everybody can be written to by then', async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const audience = { customerIds: [world.customers.ayse, world.customers.burak] };
    const delay = { minSeconds: 600, maxSeconds: 600 };
    const body = { name: 'n', channel: 'whatsapp', text: 'x', audience, delay };
    const codes = async (validUntil: string) => {
      const { warnings } = await (await world.acme.call('POST', '/v1/campaigns/quote', { ...body, validUntil })).json();
      return warnings.map(({ code }: { code: string }) => code);
    };
    expect(await codes('2026-03-02T09:05:00Z')).toEqual(['ends-before-everybody']);
    expect(await codes('2026-03-02T09:15:00Z')).toEqual([]);
  });

  it('400: not after the first message could go out; quote and campaign alike', async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const body = { name: 'n', channel: 'whatsapp', text: 'x', audience: { customerIds: [world.customers.ayse] } };
    for (const path of ['/v1/campaigns', '/v1/campaigns/quote'])
      for (const times of [
        { startAt: null, validUntil: '2026-03-02T09:00:00Z' },
        { startAt: '2026-03-02T15:00:00+03:00', validUntil: '2026-03-02T15:00:00+03:00' },
        { startAt: '2026-03-02T23:00:00+03:00', validUntil: '2026-03-03T07:00:00+03:00' },
      ]) {
        const response = await world.acme.call('POST', path, { ...body, ...times });
        expect(response.status).toBe(400);
        expect((await response.json()).errors).toEqual([expect.objectContaining({ path: 'validUntil' })]);
      }
  });
});

describe('a start that was missed', () => {
  it('F26: a day late, as after a restored backup, it waits for a person and then goes out', async () => {
    await using scene = await stage({ count: 2, more: { startAt: '2026-03-02T13:00:00+03:00' } });
    scene.clock.set('2026-03-03T10:00:01Z');
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({
      status: 'paused',
      statusReason: 'start-missed',
      nextRunAt: null,
      credits: { held: 2 },
    });
    expect(await pumpDry(scene.ctx)).toBe(0);
    await scene.act('resume');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(2);
  });

  it('up to a day late it happens at once', async () => {
    await using scene = await stage({ count: 2, more: { startAt: '2026-03-02T13:00:00+03:00' } });
    scene.clock.set('2026-03-03T10:00:00Z');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(2);
  });

  it('a campaign that waits for its window, days after its start, is not late', async () => {
    await using scene = await stage({ count: 3, now: '2026-03-06T18:59:30Z', more: slowly });
    await scene.ctx.db.execute(sql`update user_settings set window_days = '{1,5}'`);
    await pumpDry(scene.ctx);
    scene.clock.set('2026-03-06T19:00:30Z');
    await pumpDry(scene.ctx);
    expect(await scene.campaign()).toMatchObject({ status: 'pending', nextRunAt: '2026-03-09T06:00:00.000Z' });
    scene.clock.set('2026-03-09T06:00:00Z');
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status: 'running' });
    expect(await pumpDry(scene.ctx)).toBe(1);
  });
});
