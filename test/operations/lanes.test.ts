import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stage } from '#test/campaigns/scene.ts';
import { pumpDry } from '#test/campaigns/stage.ts';

let scene: Awaited<ReturnType<typeof stage>>;
beforeAll(async () => {
  scene = await stage({ count: 2, more: { startAt: '2026-03-02T13:00:00+03:00' } });
});
afterAll(() => scene[Symbol.asyncDispose]());

const lane = async (query = '') => (await (await scene.admin.call('GET', `/v1/admin/lanes?${query}`)).json()).data[0];
const put = (features: object) => scene.admin.call('PATCH', '/v1/admin/settings', { features });

describe('GET /v1/admin/lanes', () => {
  it('200: whose number, what waits on it, how much of its caps is used, and when it sends next', async () => {
    expect(await lane()).toMatchObject({
      instance: { id: scene.instanceId, phone: '+905320000000', status: 'open' },
      organization: { id: scene.acme.organizationId, name: 'acme' },
      user: { email: 'acme@example.com' },
      state: 'next',
      breaker: { state: 'closed' },
      warmUp: null,
      caps: { today: { limit: null, used: 0 } },
      backlog: { bulk: 2, campaigns: 1, singles: 0, oldestDueAt: null },
    });
    expect(
      await lane(`busy=true&instanceStatus=open&breaker=closed&userId=${scene.acme.userId}&search=ACME 0532`),
    ).toMatchObject({ state: 'next' });
    expect(await lane('breaker=open')).toBeUndefined();
    expect(await lane(`organizationId=${scene.globex.organizationId}`)).toBeUndefined();
  });

  it('switched off, nothing more leaves and the lane says so; a single message waits as well; on again, all of it goes out once', async () => {
    await put({ whatsapp: false });
    scene.clock.set(new Date('2026-03-02T10:00:00Z'));
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await lane()).toMatchObject({ state: 'switched-off', nextSendAt: null });
    const decision = await (await scene.acme.call('GET', `/v1/campaigns/${scene.id}/decision`)).json();
    expect(decision).toMatchObject({ code: 'switched-off' });
    expect(await scene.campaign()).toMatchObject({ status: 'running', counts: { queued: 2 } });
    await put({ whatsapp: true });
    await scene.sweep();
    expect(await pumpDry(scene.ctx)).toBe(2);
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status: 'completed', credits: { spent: 2 } });
    expect(await lane()).toMatchObject({
      state: 'idle',
      caps: { today: { used: 2 }, hour: { used: 2 } },
      backlog: { bulk: 0 },
    });
    const rated = await (await scene.admin.call('GET', `/v1/admin/campaigns/${scene.id}`)).json();
    expect(rated.ratePerMinute).toBeCloseTo(2 / 15, 2);
  });

  it('warm-up day, an open breaker and a lost connection are told', async () => {
    const { db } = scene.ctx;
    const at = scene.clock.now().toISOString();
    await db.execute(sql`update instances set number_since_at = ${at}::timestamptz - interval '2 days'`);
    await db.execute(sql`update user_settings set pacing = '{"warmUp": true}' where user_id = ${scene.acme.userId}`);
    await db.execute(sql`
      insert into lane_health (instance_id, organization_id, scope, state, reason, since_at, retry_at)
      select instance_id, organization_id, 'all', 'open', 'error-rate', ${at}::timestamptz, ${at}::timestamptz + interval '1 hour' from lanes`);
    expect(await lane('breaker=open')).toMatchObject({
      state: 'number-unhealthy',
      warmUp: { day: 3, days: 7 },
      breaker: { state: 'open', reason: 'error-rate' },
    });
    await db.execute(sql`update instances set status = 'logged-out'`);
    expect(await lane('instanceStatus=logged-out')).toMatchObject({ state: 'instance-not-open' });
    await scene.admin.call('PUT', `/v1/admin/users/${scene.acme.userId}/ban`, { reason: 'spam' });
    expect(await lane()).toMatchObject({ state: 'user-banned' });
  });

  it('403 for a user; 400 for a cursor that is not ours; GET /v1/admin/mail-lanes: carriers, their tokens and what waits', async () => {
    expect((await scene.globex.call('GET', '/v1/admin/lanes')).status).toBe(403);
    expect((await scene.admin.call('GET', '/v1/admin/lanes?cursor=x')).status).toBe(400);
    const at = scene.clock.now();
    await scene.ctx.db.execute(sql`
      insert into carrier_rates (carrier, rate_per_second, tokens, filled_at, daily_quota, sent_in_day)
      values ('ses:eu-central-1', 14, 0, ${at.toISOString()}::timestamptz - interval '1 minute', 50000, 120)`);
    const mail = await (await scene.admin.call('GET', '/v1/admin/mail-lanes')).json();
    expect(mail.data).toContainEqual(
      expect.objectContaining({
        carrier: 'ses:eu-central-1',
        ratePerSecond: 14,
        tokens: 7,
        dailyQuota: 50000,
        sentInDay: 120,
      }),
    );
    expect(mail.backlog).toEqual({ campaigns: 0, mails: 0, batchesDue: 0, batchesLeased: 0, oldestDueAt: null });
    expect((await scene.globex.call('GET', '/v1/admin/mail-lanes')).status).toBe(403);
  });
});
