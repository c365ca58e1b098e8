import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { sweepCampaigns } from '#src/campaigns/sweep-campaigns.ts';
import { createInstanceWorld } from '#test/instances/instance-world.ts';
import { dispatches, play } from './play.ts';
import { createGroupOf, pumpDry } from './stage.ts';

/** A number connected through the API, whose webhooks arrive, and a campaign of it. */
async function connected(options: { count: number; endings?: string[]; known?: string[]; delaySeconds?: number }) {
  const world = await createInstanceWorld();
  const { ctx, acme } = world;
  const { id } = await (await world.asAcme('POST', '/v1/instances', {})).json();
  const { providerName } = await world.row(id);
  await world.control('POST', `/scan/${providerName}`, {});
  await world.until(async () => (await world.row(id)).status === 'open');
  const groupId = await createGroupOf(ctx, acme, options.count, options.endings);
  for (const ending of options.known ?? [])
    await ctx.db.execute(sql`update customers set last_contacted_at = '2026-01-01' where phone like ${`%${ending}`}`);
  const delay = { minSeconds: options.delaySeconds ?? 0, maxSeconds: options.delaySeconds ?? 0 };
  const body = {
    name: 'Bahar',
    channel: 'whatsapp',
    text: 'Merhaba',
    audience: { groupIds: [groupId] },
    startAt: null,
    delay,
  };
  const campaignId = (await (await world.asAcme('POST', '/v1/campaigns', body)).json()).id;
  await world.drain();
  const settled = async () => {
    await world.until(() => true);
    await world.drain();
  };
  return {
    ...world,
    id,
    campaign: async () => (await world.asAcme('GET', `/v1/campaigns/${campaignId}`)).json(),
    health: async () =>
      ((await (await world.asAcme('GET', `/v1/instances/${id}`)).json()) as unknown as { health: Health }).health,
    fault: (rule: object) => world.control('POST', '/faults', rule),
    heal: () => world.control('DELETE', '/faults'),
    /** Waits until the acks of what was sent are applied. */
    acked: (count: number) =>
      world.until(async () => {
        const [row] = await ctx.db.execute<{ count: number }>(
          sql`select count(*)::int as count from messages where acked_at is not null`,
        );
        return row!.count >= count;
      }),
    settled,
    async sweep() {
      await sweepCampaigns(ctx);
      await settled();
    },
    reset: () => world.asAcme('POST', `/v1/instances/${id}/health/reset`),
  };
}
type Health = {
  state: string;
  reason: string | null;
  retryAt: string | null;
  errorRate: number | null;
  cold: { state: string; reason: string | null };
};

const told = async (world: Awaited<ReturnType<typeof connected>>) =>
  (
    await world.ctx.db.execute<{ data: { scope: string; state: string; reason: string | null } }>(
      sql`select data from live_events where type = 'instance.health-changed' order by id`,
    )
  ).map(({ data }) => [data.scope, data.state, data.reason]);

describe('the breaker of a number', () => {
  it('F16: a connection that refuses one message three times in a row stops the lane; the next try that arrives opens it', async () => {
    await using world = await connected({ count: 2 });
    await world.fault({ verb: 'sendText', outcome: { kind: 'answer', status: 500, message: 'Connection Closed' } });
    await play(world, new Date('2026-03-02T09:10:00Z'));
    expect(await world.health()).toMatchObject({
      state: 'open',
      reason: 'connection-trouble',
      retryAt: '2026-03-02T09:15:15.000Z',
    });
    expect(await world.campaign()).toMatchObject({
      status: 'running',
      statusReason: 'number-unhealthy',
      nextRunAt: '2026-03-02T09:15:15.000Z',
    });
    await world.heal();
    world.clock.set('2026-03-02T09:15:15Z');
    expect(await pumpDry(world.ctx)).toBe(1);
    expect(await world.health()).toMatchObject({ state: 'half-open' });
    await world.acked(1);
    await world.settled();
    expect(await world.health()).toMatchObject({ state: 'closed', reason: null, retryAt: null });
    expect(await pumpDry(world.ctx)).toBe(1);
    expect(await told(world)).toEqual([
      ['all', 'open', 'connection-trouble'],
      ['all', 'closed', null],
    ]);
    const { data } = await (await world.asAcme('GET', '/v1/activities')).json();
    const changes = (data as unknown as { verb: string; details: { state: string } }[]).filter(
      ({ verb }) => verb === 'instances.change-health',
    );
    expect(changes.map(({ details }) => details.state).toSorted()).toEqual(['closed', 'open']);
  });

  it('F6: half of the newest messages gone wrong stop it, and no further recipient is put at risk', async () => {
    await using world = await connected({ count: 9, delaySeconds: 10 });
    await world.fault({ verb: 'sendText', outcome: { kind: 'answer', status: 500, message: 'Internal Server Error' } });
    for (let i = 0; i < 9; i++) {
      await pumpDry(world.ctx);
      await world.settled();
      world.clock.advance({ seconds: 10 });
    }
    expect(await world.health()).toMatchObject({ state: 'open', reason: 'error-rate', errorRate: 1 });
    expect(await world.campaign()).toMatchObject({
      counts: { unknown: 5, queued: 4 },
      statusReason: 'number-unhealthy',
    });
  });

  it('F17: a zombie, “open”, accepting and never acknowledging: stopped within minutes by the sweep', async () => {
    const endings = Array.from({ length: 20 }, (_, i) => (i < 12 ? '0408' : `1${100 + i}`));
    await using world = await connected({ count: 20, endings, delaySeconds: 40 });
    await play(world, new Date('2026-03-02T09:04:30Z'));
    await world.sweep();
    expect(await world.health()).toMatchObject({ state: 'closed' });
    await play(world, new Date('2026-03-02T09:05:50Z'));
    await world.sweep();
    expect(await world.health()).toMatchObject({ state: 'open', reason: 'acks-stalled' });
    const sent = (await dispatches(world.ctx)).length;
    await play(world, new Date('2026-03-02T09:15:00Z'));
    expect((await dispatches(world.ctx)).length).toBe(sent);
    expect(await world.campaign()).toMatchObject({ status: 'running', statusReason: 'number-unhealthy' });
  });

  it('a probe whose ack does not come opens it again, for twice as long', async () => {
    await using world = await connected({ count: 2, endings: ['0408', '1000'] });
    await world.ctx.db.execute(sql`
      insert into lane_health (instance_id, organization_id, scope, state, reason, since_at, retry_at, openings)
      values (${world.id}, ${world.acme.organizationId}, 'all', 'open', 'acks-stalled', '2026-03-02T08:45:00Z', '2026-03-02T09:00:00Z', 1)`);
    expect(await pumpDry(world.ctx)).toBe(1);
    world.clock.advance({ minutes: 4 });
    await world.sweep();
    expect(await world.health()).toMatchObject({ state: 'half-open' });
    expect(await pumpDry(world.ctx)).toBe(0);
    world.clock.advance({ minutes: 1 });
    await world.sweep();
    expect(await world.health()).toMatchObject({
      state: 'open',
      reason: 'probe-failed',
      retryAt: '2026-03-02T09:35:00.000Z',
    });
  });

  it('a person overrides it: it sends at once, and what went wrong before is forgotten', async () => {
    await using world = await connected({ count: 12, endings: Array.from({ length: 6 }, () => '0400') });
    for (let i = 0; i < 7; i++) {
      await pumpDry(world.ctx);
      await world.settled();
    }
    const before = await world.health();
    if (before.state === 'closed') await world.sweep();
    expect(await world.health()).toMatchObject({ state: 'open' });
    world.clock.advance({ seconds: 30 });
    const response = await world.reset();
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ health: { state: 'closed', cold: { state: 'closed' } } });
    await pumpDry(world.ctx);
    await world.settled();
    await world.sweep();
    expect(await world.health()).toMatchObject({ state: 'closed' });
    expect((await world.asGlobex('POST', `/v1/instances/${world.id}/health/reset`)).status).toBe(404);
  });
});

describe('error 463: strangers are refused', () => {
  const endings = ['0463', '0463', '0463', '0463', '0463', '2001', '2002', '2003'];

  it('F18: only the cold messages stop; those known go on, and the refused are paid back', async () => {
    await using world = await connected({ count: 8, endings, known: ['2001', '2002', '2003'], delaySeconds: 10 });
    for (let i = 0; i < 40; i++) {
      await pumpDry(world.ctx);
      await world.acked((await dispatches(world.ctx)).length);
      await world.settled();
      world.clock.advance({ seconds: 10 });
    }
    expect(await world.health()).toMatchObject({ state: 'closed', cold: { state: 'open', reason: 'refused-cold' } });
    const { counts, ...campaign } = (await world.campaign()) as unknown as { counts: Record<string, number> };
    expect(counts).toMatchObject({ failed: 3, queued: 2 });
    expect(counts['sent']! + counts['delivered']! + counts['read']!).toBe(3);
    expect(campaign).toMatchObject({ status: 'pending', statusReason: 'cold-blocked', credits: { spent: 3, held: 2 } });
  });

  it('after the wait one stranger finds out, and his ack lets the others follow', async () => {
    await using world = await connected({ count: 3, endings: ['3001', '3002', '3003'] });
    await world.ctx.db.execute(sql`
      insert into lane_health (instance_id, organization_id, scope, state, reason, since_at, retry_at, openings)
      values (${world.id}, ${world.acme.organizationId}, 'cold', 'open', 'refused-cold', '2026-03-02T08:45:00Z', '2026-03-02T09:00:00Z', 1)`);
    expect(await pumpDry(world.ctx)).toBe(1);
    expect(await world.health()).toMatchObject({ cold: { state: 'half-open' } });
    expect(await world.campaign()).toMatchObject({ status: 'pending', statusReason: 'cold-blocked' });
    await world.acked(1);
    await world.settled();
    expect(await world.health()).toMatchObject({ cold: { state: 'closed' } });
    await world.sweep();
    await world.drain();
    expect(await pumpDry(world.ctx)).toBe(2);
  });
});
