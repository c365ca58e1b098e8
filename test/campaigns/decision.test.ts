import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { explainCampaign } from '#src/campaigns/explain-campaign.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { newId } from '#src/platform/ids.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { stage } from './scene.ts';
import { createGroupOf, pumpDry } from './stage.ts';

type Scene = Awaited<ReturnType<typeof stage>>;
const decision = async (scene: Scene, language = 'en') =>
  (
    await scene.acme.call('GET', `/v1/campaigns/${scene.id}/decision`, undefined, { 'accept-language': language })
  ).json();
const ofRecipient = async (scene: Scene, index: number) => {
  const { id } = (await scene.recipients())[index];
  return (await scene.acme.call('GET', `/v1/campaigns/${scene.id}/recipients/${id}/decision`)).json();
};
const set = (scene: Scene, settings: object) => scene.acme.call('PUT', '/v1/settings', settings);
const run = (scene: Scene, statement: ReturnType<typeof sql>) => scene.ctx.db.execute(statement);

describe('GET /v1/campaigns/{id}/decision', () => {
  it('200: says what is next, and everything that was asked', async () => {
    await using scene = await stage({ count: 2 });
    expect(await decision(scene)).toMatchObject({
      code: 'next',
      detail: 'The next message goes out at once.',
      nextAllowedAt: '2026-03-02T09:00:00.000Z',
      window: { open: true, opensAt: null, closesAt: '2026-03-02T19:00:00.000Z' },
      caps: { daily: null, hourly: null, cold: null, warmUp: false },
      health: { state: 'closed', cold: { state: 'closed' } },
      instance: { id: scene.instanceId, open: true },
      lane: { inFlight: false },
      credits: { held: 2, spent: 0 },
      recipientsLeft: 2,
      list: { excluded: [], skipped: [], failed: [], suppressed: [] },
    });
  });

  it('200: says of its list who was left out, passed over, refused, and who will be', async () => {
    await using scene = await stage({
      count: 8,
      endings: ['0404', '1001', '1002', '1003', '1004', '1005', '1006', '1007'],
      more: { delay: { minSeconds: 1, maxSeconds: 1 } },
    });
    const send = async (times: number) => {
      for (let i = 0; i < times; i++) {
        await pumpDry(scene.ctx);
        scene.clock.advance({ seconds: 1 });
      }
    };
    const people = await scene.recipients();
    const list = (index: number, level = 'blacklist') =>
      scene.acme.call('POST', '/v1/suppressions', { phone: people[index].address, level });
    await list(1);
    await send(2);
    for (const index of [3, 4]) await list(index);
    await list(5, 'graylist');
    await scene.acme.call('DELETE', `/v1/customers/${people[6].customerId}`);
    await scene.acme.call('PATCH', `/v1/customers/${people[7].customerId}`, { phone: '+905339998877' });
    const now = { excluded: [{ reason: 'duplicate-phone', count: 2 }], failed: [] };
    await run(scene, sql`update campaigns set excluded = ${JSON.stringify(now.excluded)}::jsonb`);
    const skipped = [
      { reason: 'blacklisted', count: 1 },
      { reason: 'not-on-whatsapp', count: 1 },
    ];
    expect(await decision(scene)).toMatchObject({
      recipientsLeft: 5,
      list: {
        ...now,
        skipped,
        suppressed: [
          { reason: 'blacklisted', count: 2 },
          { reason: 'customer-deleted', count: 1 },
          { reason: 'graylisted', count: 1 },
          { reason: 'phone-changed', count: 1 },
        ],
      },
    });
    const each = await Promise.all([3, 4, 5, 6, 7].map((index) => ofRecipient(scene, index)));
    expect(each.map(({ suppression }) => suppression)).toEqual([
      'blacklisted',
      'blacklisted',
      'graylisted',
      'customer-deleted',
      'phone-changed',
    ]);
    await scene.act('cancel');
    expect(await decision(scene)).toMatchObject({ list: { ...now, suppressed: [] } });
  });

  it('200: in Turkish too, with the time on the user’s clock', async () => {
    await using scene = await stage({
      count: 1,
      now: '2026-03-02T18:59:00Z',
      more: { delay: { minSeconds: 0, maxSeconds: 0 } },
    });
    scene.clock.set('2026-03-02T19:30:00Z');
    expect(await decision(scene, 'tr')).toMatchObject({
      code: 'outside-sending-window',
      detail: 'Gönderim saatleri dışında; en erken 3 Mart 09:00.',
      nextAllowedAt: '2026-03-03T06:00:00.000Z',
      window: { open: false, opensAt: '2026-03-03T06:00:00.000Z', closesAt: null },
    });
    expect(await decision(scene)).toMatchObject({
      detail: 'The sending window is closed; March 3 at 9:00 AM at the earliest.',
    });
  });

  /** What stands in the way, how it comes about, and the status that the claim then gives the campaign. */
  const obstacles: [code: string, bring: (scene: Scene) => Promise<unknown>, reason: string | null][] = [
    ['instance-not-open', (scene) => run(scene, sql`update instances set status = 'closed'`), 'instance-not-open'],
    ['outside-sending-window', async (scene) => scene.clock.set('2026-03-02T20:00:00Z'), 'outside-sending-window'],
    [
      'daily-cap-reached',
      async (scene) => {
        await pumpOne(scene);
        await set(scene, { dailyCap: 1 });
      },
      'daily-cap-reached',
    ],
    [
      'hourly-cap-reached',
      async (scene) => {
        await pumpOne(scene);
        await set(scene, { pacing: { hourlyCap: 1 } });
      },
      'hourly-cap-reached',
    ],
    [
      'cold-cap-reached',
      async (scene) => {
        await pumpOne(scene);
        await set(scene, { pacing: { coldDailyCap: 1 } });
      },
      'cold-cap-reached',
    ],
    [
      'warm-up',
      async (scene) => {
        await pumpOne(scene);
        await run(scene, sql`update instances set number_since_at = ${scene.clock.now().toISOString()}::timestamptz`);
        await set(scene, { pacing: { warmUp: true, warmUpCurve: { firstDay: 1, growth: 2, days: 3 } } });
      },
      'warm-up',
    ],
    ['number-unhealthy', (scene) => shut(scene, 'all'), 'number-unhealthy'],
    ['cold-blocked', (scene) => shut(scene, 'cold'), 'cold-blocked'],
  ];
  const pumpOne = async (scene: Scene) => {
    const claim = await claimNextMessage(scene.ctx);
    if (typeof claim === 'object') await sendClaim(scene.ctx, claim);
  };
  const shut = (scene: Scene, scope: string) =>
    run(
      scene,
      sql`
      insert into lane_health (instance_id, organization_id, scope, state, reason, since_at, retry_at)
      values (${scene.instanceId}, ${scene.acme.organizationId}, ${scope}, 'open', 'error-rate', now(), '2026-03-02T10:00:00Z')`,
    );

  it.each(obstacles)('%s: said before the claim is made, as the claim then does', async (code, bring, reason) => {
    await using scene = await stage({ count: 3 });
    await bring(scene);
    const before = await decision(scene);
    expect(before.code).toBe(code);
    const sent = scene.simulator.sends().length;
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(scene.simulator.sends()).toHaveLength(sent);
    const { statusReason, nextRunAt, status } = await scene.campaign();
    expect(statusReason).toBe(reason);
    if (status !== 'paused') expect(nextRunAt).toBe(before.nextAllowedAt);
    const after = await decision(scene);
    expect(after).toMatchObject(
      status === 'paused' ? { code: 'paused' } : { code, nextAllowedAt: before.nextAllowedAt },
    );
  });

  it('the pause between two messages, a message on its way, another campaign before, pause and end', async () => {
    await using scene = await stage({ count: 3, more: { delay: { minSeconds: 30, maxSeconds: 30 } } });
    const claim = await claimNextMessage(scene.ctx);
    expect((await decision(scene)).code).toBe('sending-now');
    await sendClaim(scene.ctx, claim as never);
    expect(await decision(scene)).toMatchObject({
      code: 'between-messages',
      nextAllowedAt: '2026-03-02T09:00:30.000Z',
    });
    const groupId = await createGroupOf(scene.ctx, scene.acme, 1, ['7001']);
    const body = { name: 'Second', channel: 'whatsapp', text: 'x', audience: { groupIds: [groupId] }, startAt: null };
    const second = (await (await scene.acme.call('POST', '/v1/campaigns', body)).json()).id;
    await scene.drain();
    expect((await decision({ ...scene, id: second })).code).toBe('behind-other-campaign');
    await scene.act('pause');
    expect((await decision(scene)).code).toBe('paused');
    await scene.act('cancel');
    expect(await decision(scene)).toMatchObject({ code: 'ended', nextAllowedAt: null });
  });

  it('a banned user’s campaign, as the others of his organization see it', async () => {
    await using scene = await stage({ count: 1 });
    await run(scene, sql`update users set banned = true where id = ${scene.acme.userId}`);
    const { verdict } = await explainCampaign(scene.acme.ctx, scene.id);
    expect(verdict).toEqual({ code: 'user-banned', at: null });
    expect(await pumpDry(scene.ctx)).toBe(0);
  });

  it('a campaign whose time has not come', async () => {
    await using scene = await stage({ count: 1, more: { startAt: '2026-03-04T12:00:00+03:00' } });
    expect(await decision(scene)).toMatchObject({ code: 'not-started-yet', nextAllowedAt: '2026-03-04T09:00:00.000Z' });
  });
});

describe('GET /v1/campaigns/{id}/recipients/{recipientId}/decision', () => {
  it('200: the place in the queue and about when', async () => {
    await using scene = await stage({ count: 3, more: { delay: { minSeconds: 59, maxSeconds: 59 } } });
    expect(await ofRecipient(scene, 0)).toMatchObject({ code: 'next', ahead: 0, cold: true, suppression: null });
    expect(await ofRecipient(scene, 2)).toMatchObject({
      code: 'in-queue',
      ahead: 2,
      expectedAt: '2026-03-02T09:02:01.000Z',
    });
  });

  it('200: one put on the blacklist meanwhile will be skipped', async () => {
    await using scene = await stage({ count: 2 });
    const [, { address }] = await scene.recipients();
    await scene.acme.call('POST', '/v1/suppressions', { phone: address, level: 'blacklist' });
    expect(await ofRecipient(scene, 1)).toMatchObject({
      code: 'suppressed',
      suppression: 'blacklisted',
      campaign: { code: 'next' },
    });
  });

  it('200: one who is done, one whose outcome nobody knows, and one whom the campaign’s obstacle holds up', async () => {
    await using scene = await stage({
      count: 3,
      endings: ['1000', '0503', '1002'],
      more: { delay: { minSeconds: 5, maxSeconds: 5 } },
    });
    await pumpDry(scene.ctx);
    scene.clock.advance({ seconds: 5 });
    await pumpDry(scene.ctx);
    await scene.ctx.db.execute(sql`update instances set status = 'closed'`);
    expect((await ofRecipient(scene, 0)).code).toBe('done');
    expect((await ofRecipient(scene, 1)).code).toBe('outcome-unknown');
    expect((await ofRecipient(scene, 2)).code).toBe('instance-not-open');
  });

  it('200: while strangers wait, one who is known does not wait for them', async () => {
    await using scene = await stage({ count: 3 });
    await set(scene, { pacing: { coldDailyCap: 1 } });
    await scene.ctx.db.execute(sql`update campaign_recipients set cold = false where position = 3`);
    const claim = await claimNextMessage(scene.ctx);
    await sendClaim(scene.ctx, claim as never);
    expect(await ofRecipient(scene, 1)).toMatchObject({
      code: 'cold-cap-reached',
      nextAllowedAt: '2026-03-03T06:00:00.000Z',
    });
    expect(await ofRecipient(scene, 2)).toMatchObject({ code: 'next', ahead: 0 });
  });

  it('404: another organization’s campaign, and a recipient of another campaign', async () => {
    await using scene = await stage({ count: 1 });
    const [{ id }] = await scene.recipients();
    expect((await scene.globex.call('GET', `/v1/campaigns/${scene.id}/decision`)).status).toBe(404);
    expect((await scene.globex.call('GET', `/v1/campaigns/${scene.id}/recipients/${id}/decision`)).status).toBe(404);
    expect((await scene.acme.call('GET', `/v1/campaigns/${scene.id}/recipients/${newId()}/decision`)).status).toBe(404);
  });
});
