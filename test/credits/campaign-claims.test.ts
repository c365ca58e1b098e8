import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { reportLedger } from '#src/credits/report-ledger.ts';
import { stage } from '#test/campaigns/scene.ts';
import { pumpDry } from '#test/campaigns/stage.ts';

/** A campaign of three, over and settled: two sent, one not on WhatsApp. */
async function settled() {
  const scene = await stage({ count: 3, endings: ['1001', '0404', '1003'] });
  await pumpDry(scene.ctx);
  await scene.drain();
  return scene;
}
type Scene = Awaited<ReturnType<typeof settled>>;
const about = async ({ ctx }: Scene) => (await proveLedger(ctx, { quietMinutes: 0 })).map((one) => one.about);

describe('the proof of the campaigns', () => {
  it('finds nothing in one that is in order, before and after it is settled', async () => {
    await using scene = await stage({ count: 2 });
    expect(await proveLedger(scene.ctx, { quietMinutes: 0 })).toEqual([]);
    await pumpDry(scene.ctx);
    expect(await proveLedger(scene.ctx, { quietMinutes: 0 })).toEqual([]);
    await scene.drain();
    expect(await proveLedger(scene.ctx, { quietMinutes: 0 })).toEqual([]);
  });

  it.each([
    [
      'update campaign_progress set sent_count = sent_count + 1, skipped_count = skipped_count + 1',
      'progress.sent = recipients sent',
    ],
    [
      'update campaign_recipients set spent_credits = spent_credits + 1 where position = 1',
      'recipients whose spent credits are not their paid messages',
    ],
    [
      'update messages set captured_at = null where id = (select id from messages where captured_at is not null limit 1)',
      'recipients whose spent credits are not their paid messages',
    ],
    [
      "update messages set captured_at = now() where captured_at is null and status in ('failed', 'cancelled')",
      'recipients whose spent credits are not their paid messages',
    ],
    [
      'update credit_holds set released_credits = released_credits - 1',
      'an ended campaign holds nothing but for unknown messages',
    ],
  ])('%s: finds it', async (damage, claim) => {
    await using scene = await settled();
    expect(await about(scene)).toEqual([]);
    await scene.ctx.db.execute(sql.raw(damage));
    expect(await about(scene)).toContain(claim);
  });

  it('a campaign that has ended and not settled is given fifteen minutes, then found', async () => {
    await using scene = await settled();
    await scene.ctx.db.execute(sql`update campaigns set settled_at = null`);
    await scene.ctx.db.execute(sql`update credit_holds set released_credits = released_credits - 1, status = 'open'`);
    await scene.ctx.db.execute(sql`update credit_accounts set held_credits = 1 where user_id = ${scene.acme.userId}`);
    expect(await proveLedger(scene.ctx)).toEqual([]);
    scene.clock.advance({ minutes: 16 });
    expect(await proveLedger(scene.ctx)).toMatchObject([
      { campaignId: scene.id, about: 'an ended campaign holds nothing but for unknown messages', found: 1 },
    ]);
  });

  it('the credit of an unknown message may stay held', async () => {
    await using scene = await stage({ count: 2, endings: ['0503', '1001'] });
    await pumpDry(scene.ctx);
    await scene.drain();
    expect(await proveLedger(scene.ctx, { quietMinutes: 0 })).toEqual([]);
  });
});

describe('GET /v1/admin/ledger', () => {
  it('200: when, how many accounts, and no differences', async () => {
    await using scene = await settled();
    const answer = await scene.admin.call('GET', '/v1/admin/ledger');
    expect(await answer.json()).toEqual({
      checkedAt: scene.clock.now().toISOString(),
      accounts: 3,
      differences: [],
    });
  });

  it('200: names what is wrong, for one user when asked', async () => {
    await using scene = await settled();
    const { userId } = scene.acme;
    await scene.ctx.db.execute(sql`update credit_accounts set held_credits = 5 where user_id = ${userId}`);
    const difference = {
      userId,
      campaignId: null,
      about: 'account.held = remaining in open holds',
      expected: 0,
      found: 5,
    };
    const read = async (id: string) => (await scene.admin.call('GET', `/v1/admin/ledger?userId=${id}`)).json();
    expect(await read(userId)).toMatchObject({ accounts: 1, differences: [difference] });
    expect(await read(scene.globex.userId)).toMatchObject({ accounts: 1, differences: [] });
  });

  it('403 for a user, 404 for nobody, 400 for no id', async () => {
    await using scene = await stage({ count: 1 });
    expect((await scene.acme.call('GET', '/v1/admin/ledger')).status).toBe(403);
    expect((await scene.admin.call('GET', `/v1/admin/ledger?userId=${scene.id}`)).status).toBe(404);
    expect((await scene.admin.call('GET', '/v1/admin/ledger?userId=1')).status).toBe(400);
  });
});

describe('the nightly proof', () => {
  it('says nothing when all is well', async () => {
    await using scene = await settled();
    const before = await scene.ctx.db.execute(sql`select count(*) from live_events`);
    expect(await reportLedger(scene.ctx)).toEqual([]);
    expect(await scene.ctx.db.execute(sql`select count(*) from live_events`)).toEqual(before);
    expect(await scene.ctx.db.execute(sql`select 1 from activities where verb like 'credits.ledger%'`)).toEqual([]);
  });

  it('a difference is written into the account and told to the admins', async () => {
    await using scene = await settled();
    await scene.ctx.db.execute(sql`update credit_accounts set held_credits = 5 where user_id = ${scene.acme.userId}`);
    expect(await reportLedger(scene.ctx)).toHaveLength(1);
    const [activity] = await scene.ctx.db.execute<{ organization_id: string; details: unknown }>(
      sql`select organization_id, details from activities where verb = 'credits.ledger-differs'`,
    );
    expect(activity).toMatchObject({
      organization_id: scene.acme.organizationId,
      details: { differences: [{ found: 5, expected: 0 }] },
    });
    const events = await scene.ctx.db.execute(
      sql`select organization_id, data from live_events where type = 'ledger.differs'`,
    );
    expect(events).toEqual([
      { organization_id: scene.admin.organizationId, data: { count: 1, userIds: [scene.acme.userId] } },
    ]);
  });
});
