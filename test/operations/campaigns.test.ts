import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activities } from '#src/db/schema/activities.ts';
import { stage } from '#test/campaigns/scene.ts';

const PATH = '/v1/admin/campaigns';
/** With 100,000 every page took 8 to 110 ms on two busy cores, but making them takes long. */
const MANY = 5_000;
let scene: Awaited<ReturnType<typeof stage>>;
beforeAll(async () => {
  // begins in three days, so that nothing moves by itself
  scene = await stage({ count: 3, more: { startAt: '2026-03-05T12:00:00+03:00', name: 'İlkbahar Şenliği' } });
});
afterAll(() => scene[Symbol.asyncDispose]());

const steer = (action: string, body: object) => scene.admin.call('POST', `${PATH}/${scene.id}/${action}`, body);

describe('/v1/admin/campaigns', () => {
  it('200: anybody’s, with whose it is, its number, its counts and why it waits', async () => {
    const page = await (await scene.admin.call('GET', `${PATH}?search=ilkbahar senlığı`)).json();
    expect(page).toMatchObject({
      nextCursor: null,
      data: [
        {
          id: scene.id,
          status: 'pending',
          organization: { id: scene.acme.organizationId },
          user: { email: 'acme@example.com' },
          instance: { id: scene.instanceId, phone: '+905320000000', status: 'open' },
          counts: { queued: 3 },
          errorCount: 0,
          remainingCount: 3,
          ratePerMinute: 0,
          endsAtEstimate: expect.any(String),
        },
      ],
    });
    const one = await (await scene.admin.call('GET', `${PATH}/${scene.id}`)).json();
    expect(one).toMatchObject({
      ...page.data[0],
      credits: { held: 3, spent: 0 },
      decision: { code: 'not-started-yet' },
    });
    const finds = async (query: string) =>
      (await (await scene.admin.call('GET', `${PATH}?${query}`)).json()).data.length;
    expect(await finds('status=pending&channel=whatsapp')).toBe(1);
    expect(await finds(`organizationId=${scene.globex.organizationId}`)).toBe(0);
    expect(await finds(`userId=${scene.acme.userId}&instanceId=${scene.instanceId}&sort=remaining`)).toBe(1);
    expect(await finds('from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z')).toBe(1);
    expect(await finds('to=2026-03-01T00:00:00Z')).toBe(0);
    expect(await finds('sort=rate')).toBe(0);
  });

  it('POST /v1/admin/campaigns/{id}/resume; 409: paused by an admin, its owner reads why and cannot resume it; the admin can; both are written down for the owner', async () => {
    const reason = 'Şikâyet var: içerik inceleniyor';
    expect(await (await steer('pause', { reason })).json()).toMatchObject({
      status: 'paused',
      adminHold: true,
      adminNote: reason,
    });
    expect(await scene.campaign()).toMatchObject({
      status: 'paused',
      statusReason: 'paused-by-admin',
      adminNote: reason,
    });
    const refused = await scene.act('resume');
    expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'conflict', adminNote: reason }]);
    expect((await scene.credits()).heldCredit).toBe(3);
    expect(await (await steer('resume', { reason: 'Temiz' })).json()).toMatchObject({
      status: 'pending',
      adminHold: false,
    });
    const own = await scene.ctx.db
      .select()
      .from(activities)
      .where(and(eq(activities.organizationId, scene.acme.organizationId), eq(activities.actorType, 'admin')))
      .orderBy(activities.id);
    expect(own).toMatchObject([
      {
        verb: 'campaigns.pause',
        actorId: scene.admin.userId,
        details: { reason },
        changes: { status: ['pending', 'paused'] },
      },
      { verb: 'campaigns.resume', changes: { status: ['paused', 'pending'] } },
    ]);
  });

  it('200: where the admin allows it, the owner resumes; what he paused himself can be held back', async () => {
    await steer('pause', { reason: 'Bakın', ownerMayResume: true });
    expect((await scene.act('resume')).status).toBe(200);
    expect(await scene.campaign()).toMatchObject({ status: 'pending', adminNote: null });
    await scene.act('pause');
    await steer('pause', { reason: 'Bekletiliyor' });
    expect((await scene.act('resume')).status).toBe(409);
  });

  it('200: of an owner’s resume and an admin’s pause at once, the pause holds', async () => {
    await steer('resume', { reason: 'devam' });
    await scene.act('pause');
    await Promise.all([scene.act('resume'), steer('pause', { reason: 'dur' })]);
    expect(await scene.campaign()).toMatchObject({ status: 'paused', adminHold: true });
    expect((await scene.act('resume')).status).toBe(409);
  });

  it('POST /v1/admin/campaigns/{id}/cancel; 200: cancelled by an admin, the owner’s credits are free at once; 409 for what has ended; 404 for none', async () => {
    expect(await (await steer('cancel', { reason: 'Kural dışı' })).json()).toMatchObject({
      status: 'cancelled',
      statusReason: 'cancelled-by-admin',
      adminNote: 'Kural dışı',
    });
    expect(await scene.credits()).toMatchObject({ heldCredit: 0, availableCredit: 1000 });
    expect(await scene.ledger()).toEqual([]);
    for (const action of ['pause', 'resume', 'cancel']) expect((await steer(action, { reason: 'x' })).status).toBe(409);
    const nobody = `${PATH}/019a0000-0000-7000-8000-000000000000`;
    expect((await scene.admin.call('GET', nobody)).status).toBe(404);
    expect((await scene.admin.call('POST', `${nobody}/pause`, { reason: 'x' })).status).toBe(404);
  });

  it('400 without a reason; 403 for an owner; 401 without a login', async () => {
    expect((await steer('pause', {})).status).toBe(400);
    expect((await scene.acme.call('POST', `${PATH}/${scene.id}/pause`, { reason: 'x' })).status).toBe(403);
    expect((await scene.acme.call('GET', PATH)).status).toBe(403);
    expect((await scene.call('GET', PATH)).status).toBe(401);
    expect((await scene.admin.call('GET', `${PATH}?cursor=x`)).status).toBe(400);
  });

  it('many campaigns: every sort and filter finds its page by an index, pages meet without a gap', async () => {
    const { db } = scene.ctx;
    await db.execute(sql`
      insert into campaigns (id, organization_id, user_id, channel, name, status, plan, messages_per_recipient, audience, start_at, created_at)
      select gen_random_uuid(), organization_id, user_id, 'whatsapp', 'Kampanya ' || n,
        (array['completed','cancelled','failed','completed','pending'])[1 + n % 5], '[]', 1, '{}', start_at, created_at - n * interval '10 minutes'
      from campaigns, generate_series(1, ${MANY}::int) n`);
    await db.execute(sql`
      insert into campaign_progress (campaign_id, organization_id, queued_count, failed_count)
      select c.id, c.organization_id, (random() * 100)::int, case when random() < 0.1 then (random() * 1000)::int else 0 end
      from campaigns c where c.id <> ${scene.id}`);
    await db.execute(sql`analyze campaigns, campaign_progress`);
    for (const query of [
      'sort=newest',
      'sort=errors',
      'status=pending',
      `userId=${scene.acme.userId}`,
      'search=kampanya 77',
      'sort=remaining&status=pending',
      'from=2026-02-01T00:00:00Z&to=2026-02-02T00:00:00Z',
    ]) {
      const seen = new Map<string, number>();
      let cursor = '';
      for (let page = 0; page < 3 && cursor !== null; page++) {
        const response = await scene.admin.call('GET', `${PATH}?${query}&limit=20${cursor && `&cursor=${cursor}`}`);
        expect([query, response.status]).toEqual([query, 200]);
        const { data, nextCursor } = await response.json();
        for (const row of data) seen.set(row.id, row.errorCount);
        cursor = nextCursor;
      }
      expect([query, seen.size > 10]).toEqual([query, true]);
      if (query === 'sort=errors') expect([...seen.values()]).toEqual([...seen.values()].sort((a, b) => b - a));
    }
    const plan = await db.execute<{ 'QUERY PLAN': string }>(sql`
      explain select c.id from campaign_progress p join campaigns c on c.id = p.campaign_id
      where p.failed_count + p.unknown_count > 0 order by (p.failed_count + p.unknown_count) desc, p.campaign_id desc limit 51`);
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('campaign_progress_errors_idx');
  });
});
