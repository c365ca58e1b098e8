import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { hashSecret } from '#src/platform/secret-box.ts';
import { claimNextMessage } from '#test/campaigns/claim-next-message.ts';
import { stage } from '#test/campaigns/scene.ts';
import { pumpDry } from '#test/campaigns/stage.ts';
import { createWorld, type World } from '#test/support/world.ts';

const banPath = (userId: string) => `/v1/admin/users/${userId}/ban`;
const ban = ({ admin }: World, userId: string, body: object = { reason: 'spam' }) =>
  admin.call('PUT', banPath(userId), body);

async function signUp(world: World) {
  const login = { email: 'selin@example.com', password: 'correct horse battery' };
  const { token, user } = await (
    await world.call('POST', '/v1/auth/sign-up/email', { ...login, name: 'Selin' })
  ).json();
  const call = (method: string, path: string, body?: unknown) =>
    world.call(method, path, body, { authorization: `Bearer ${token}` });
  return { userId: user.id as string, call, signIn: () => world.call('POST', '/v1/auth/sign-in/email', login) };
}

describe('PUT /v1/admin/users/{id}/ban', () => {
  it('200: sessions and API keys are gone at once, signing in is refused', async () => {
    await using world = await createWorld();
    const selin = await signUp(world);
    const { key } = await (
      await selin.call('POST', '/v1/api-keys', { name: 'crm', scopes: ['customers:read'] })
    ).json();
    const answer = await ban(world, selin.userId, { reason: 'spam', until: '2096-04-01T00:00:00+03:00' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      id: selin.userId,
      banned: true,
      banReason: 'spam',
      bannedUntil: '2096-03-31T21:00:00.000Z',
    });
    expect((await selin.call('GET', '/v1/me')).status).toBe(401);
    expect((await world.call('GET', '/v1/customers', undefined, { 'x-api-key': key })).status).toBe(401);
    expect(await (await selin.signIn()).json()).toMatchObject({ status: 403, code: 'banned' });
  });

  it('a message claimed before the ban does not leave after it, nor does any other; credits stay held', async () => {
    await using scene = await stage({ count: 3 });
    await sendClaim(scene.ctx, (await claimNextMessage(scene.ctx)) as never);
    const claim = await claimNextMessage(scene.ctx);
    expect(claim).toBeTypeOf('object');
    expect((await ban(scene, scene.acme.userId)).status).toBe(200);
    await sendClaim(scene.ctx, claim as never);
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(scene.simulator.sends()).toHaveLength(1);
    const [campaign] = await scene.ctx.db.execute(sql`select status, status_reason from campaigns`);
    expect(campaign).toEqual({ status: 'paused', status_reason: 'user-banned' });
    const [account] = await scene.ctx.db.execute(
      sql`select held_credits::int as held from credit_accounts where user_id = ${scene.acme.userId}`,
    );
    expect(account).toEqual({ held: 2 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('a campaign that is still pending pauses too, and does not start at its time', async () => {
    await using scene = await stage({ count: 1, more: { startAt: '2026-03-02T13:00:00+03:00' } });
    await ban(scene, scene.acme.userId);
    scene.clock.set('2026-03-02T12:00:00Z');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await scene.ctx.db.execute(sql`select status from campaigns`)).toEqual([{ status: 'paused' }]);
  });

  it('tells the organization and leaves a trace, once a ban', async () => {
    await using scene = await stage({ count: 1 });
    await ban(scene, scene.acme.userId, { reason: 'spam' });
    const activities = await scene.ctx.db.execute(sql`
      select organization_id, user_id, subject_id, details from activities where verb = 'admin.ban'`);
    expect(activities).toEqual([
      {
        organization_id: scene.acme.organizationId,
        user_id: scene.admin.userId,
        subject_id: scene.acme.userId,
        details: { reason: 'spam', until: null, pausedCampaigns: 1 },
      },
    ]);
    const events = await scene.ctx.db.execute<{ type: string }>(
      sql`select type from live_events where organization_id = ${scene.acme.organizationId} order by id desc limit 2`,
    );
    expect(events.map(({ type }) => type)).toEqual(['user.banned', 'campaign.progress']);
  });

  it('409: an admin bans neither himself nor another', async () => {
    await using world = await createWorld();
    await world.ctx.db.execute(sql`update users set role = 'admin' where id = ${world.globex.userId}`);
    for (const userId of [world.admin.userId, world.globex.userId]) {
      const answer = await ban(world, userId);
      expect(await answer.json()).toMatchObject({ status: 409, code: 'conflict' });
    }
    expect(await world.ctx.db.execute(sql`select 1 from users where banned`)).toHaveLength(0);
    expect((await world.globex.call('GET', '/v1/me')).status).toBe(200);
  });

  it.each([
    [{}, 'reason'],
    [{ reason: ' ' }, 'reason'],
    [{ reason: 'spam', until: '2026-03-02T08:00:00Z' }, 'until'],
    [{ reason: 'spam', until: '2026-03-05' }, 'until'],
  ])('400: %j bans nobody', async (body, path) => {
    await using world = await createWorld();
    const answer = await ban(world, world.acme.userId, body);
    expect(answer.status).toBe(400);
    expect((await answer.json()).errors[0].path).toBe(path);
    expect((await world.acme.call('GET', '/v1/me')).status).toBe(200);
  });

  it('404 for nobody; 403 for a user, who bans no one', async () => {
    await using world = await createWorld();
    expect((await ban(world, world.acme.organizationId)).status).toBe(404);
    expect((await world.acme.call('PUT', banPath(world.globex.userId), { reason: 'envy' })).status).toBe(403);
    expect((await world.globex.call('GET', '/v1/me')).status).toBe(200);
  });

  it('banned twice at once: one ban, with one of the reasons', async () => {
    await using world = await createWorld();
    const answers = await Promise.all(['a', 'b'].map((reason) => ban(world, world.acme.userId, { reason })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [row] = await world.ctx.db.execute<{ reason: string }>(
      sql`select ban_reason as reason from users where id = ${world.acme.userId} and banned`,
    );
    expect(['a', 'b']).toContain(row!.reason);
  });
});

describe('DELETE /v1/admin/users/{id}/ban', () => {
  it('204: signing in works again, campaigns stay paused until resumed', async () => {
    await using scene = await stage({ count: 2 });
    await ban(scene, scene.acme.userId);
    expect((await scene.admin.call('DELETE', banPath(scene.acme.userId))).status).toBe(204);
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await scene.ctx.db.execute(sql`select status from campaigns`)).toEqual([{ status: 'paused' }]);
    await scene.ctx.db.execute(sql`
      insert into sessions (user_id, token, expires_at)
      values (${scene.acme.userId}, ${hashSecret(scene.acme.token)}, now() + interval '1 day')`);
    expect((await scene.act('resume')).status).toBe(200);
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(2);
  });

  it('204: who was banned signs in again', async () => {
    await using world = await createWorld();
    const selin = await signUp(world);
    await ban(world, selin.userId);
    expect((await selin.signIn()).status).toBe(403);
    await world.admin.call('DELETE', banPath(selin.userId));
    expect((await selin.signIn()).status).toBe(200);
  });

  it('204 and no trace where there is no ban; 404 for nobody', async () => {
    await using world = await createWorld();
    expect((await world.admin.call('DELETE', banPath(world.acme.userId))).status).toBe(204);
    expect(await world.ctx.db.execute(sql`select 1 from activities`)).toHaveLength(0);
    expect((await world.admin.call('DELETE', banPath(world.acme.organizationId))).status).toBe(404);
  });
});
