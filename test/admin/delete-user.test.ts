import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { lockAccounts } from '#src/accounts/lock-accounts.ts';
import { runDeletion } from '#src/admin/run-deletion.ts';
import { stage } from '#test/campaigns/scene.ts';
import { createGroupOf, openInstance, pumpDry } from '#test/campaigns/stage.ts';
import { addConsultant, PASSWORD, promote, signUp, untilSomebodyWaits } from './users.ts';

const scene = await stage({ count: 2 });
afterAll(() => scene[Symbol.asyncDispose]());
const { acme, globex, admin, ctx, customers } = scene;
const world = { ...scene };
const remove = (userId: string, query = '') => admin.call('DELETE', `/v1/admin/users/${userId}${query}`);
const rows = (query: ReturnType<typeof sql>) => ctx.db.execute<Record<string, unknown>>(query);
const idsOf = async () =>
  (await rows(sql`select id from users where deleted_at is null order by id`)).map(({ id }) => id);

/** With a number of his own, credits, a campaign to come, a single message that waits, and one whose outcome nobody knows. */
async function furnish(name: string, endings: string[]) {
  const burak = await addConsultant(world, name);
  const { organizationId } = acme;
  const member = { ...acme, userId: burak.userId };
  const instanceId = await openInstance(ctx, member, scene.simulator);
  await admin.call('POST', `/v1/admin/users/${burak.userId}/credits`, { amount: 100, note: 'invoice 7' });
  const groupId = await createGroupOf(ctx, acme, 3, endings);
  const body = { name: 'Mart', channel: 'whatsapp', text: 'Merhaba', audience: { groupIds: [groupId] } };
  const campaign = await (
    await burak.call('POST', '/v1/campaigns', { ...body, startAt: '2026-03-04T12:00:00+03:00' })
  ).json();
  const lost = await (
    await burak.call('POST', '/v1/messages', { customerId: customers.burak, text: 'Orada mısınız?' })
  ).json();
  await rows(
    sql`update messages set status = 'unknown', dispatched_at = ${ctx.clock.now().toISOString()}::timestamptz, reconcile_at = ${ctx.clock.now().toISOString()}::timestamptz where id = ${lost.messages[0].id}`,
  );
  await burak.call('POST', '/v1/messages', { customerId: customers.ayse, text: 'Merhaba' });
  await rows(sql`update customers set consultant_id = ${burak.userId} where id = ${customers.ayse}`);
  return { ...burak, organizationId, instanceId, campaignId: campaign.id as string };
}

describe('DELETE /v1/admin/users/{id}', () => {
  it('202: a member is shut out and nobody from this moment; his campaigns end, what they held is free, his number is logged out', async () => {
    const burak = await furnish('Burak', ['7001', '7002', '7003']);
    const { key } = await (
      await burak.call('POST', '/v1/api-keys', { name: 'crm', scopes: ['customers:read'] })
    ).json();
    const [before] = await rows(
      sql`select held_credits::int as held from credit_accounts where user_id = ${burak.userId}`,
    );
    expect(before).toEqual({ held: 5 });
    const answer = await remove(burak.userId);
    const deletion = await answer.json();
    expect([answer.status, deletion]).toMatchObject([
      202,
      { userId: burak.userId, scope: 'user', status: 'running', progress: 0, users: 1 },
    ]);
    expect((await burak.call('GET', '/v1/me')).status).toBe(401);
    expect((await scene.call('GET', '/v1/customers', undefined, { 'x-api-key': key })).status).toBe(401);
    expect(
      (await scene.call('POST', '/v1/auth/sign-in/email', { email: burak.email, password: PASSWORD })).status,
    ).toBe(401);
    expect((await rows(sql`select name, email from users where id = ${burak.userId}`))[0]).toEqual({
      name: 'Deleted user',
      email: `${burak.userId}@deleted.invalid`,
    });
    expect((await admin.call('GET', `/v1/admin/users/${burak.userId}`)).status).toBe(404);
    expect((await rows(sql`select status, status_reason from campaigns where id = ${burak.campaignId}`))[0]).toEqual({
      status: 'paused',
      status_reason: 'user-removed',
    });
    await signUp(world, 'Burak', burak.email);
    await scene.drain();
    expect(await (await admin.call('GET', `/v1/admin/user-deletions/${deletion.id}`)).json()).toMatchObject({
      status: 'completed',
      progress: 1,
      counts: { cancelledCampaigns: 1, cancelledMessages: 1, loggedOutInstances: 1, givenUpMessages: 1 },
    });
    expect(
      await rows(
        sql`select settled_credits::int as settled, held_credits::int as held from credit_accounts where user_id = ${burak.userId}`,
      ),
    ).toEqual([{ settled: 100, held: 0 }]);
    expect((await rows(sql`select status from campaigns where id = ${burak.campaignId}`))[0]).toEqual({
      status: 'cancelled',
    });
    expect(
      (await rows(sql`select deleting_at is not null as gone from instances where id = ${burak.instanceId}`))[0],
    ).toEqual({ gone: true });
    expect((await rows(sql`select consultant_id from customers where id = ${customers.ayse}`))[0]).toEqual({
      consultant_id: burak.userId,
    });
    expect(await scene.ledger()).toEqual([]);
    expect((await (await remove(burak.userId)).json()).id).toBe(deletion.id);
    expect((await (await admin.call('GET', '/v1/admin/user-deletions?status=running')).json()).data).toEqual([]);
  });

  it('409: neither an admin, nor oneself, nor the only owner alone; 400: not by another name; nobody is touched', async () => {
    const ece = await addConsultant(world, 'Ece');
    await promote(world, { ...globex });
    const before = await idsOf();
    for (const userId of [admin.userId, globex.userId, acme.userId])
      expect(await (await remove(userId)).json()).toMatchObject({ status: 409, code: 'conflict' });
    await rows(sql`update users set role = 'user' where id = ${globex.userId}`);
    for (const query of ['?organization=delete', '?organization=delete&confirmation=ACME'])
      expect((await (await remove(acme.userId, query)).json()).errors[0].path).toBe('confirmation');
    expect((await remove(ece.userId, '?organization=delete&confirmation=acme')).status).toBe(409);
    expect((await remove(acme.organizationId)).status).toBe(404);
    expect((await acme.call('DELETE', `/v1/admin/users/${globex.userId}`)).status).toBe(403);
    expect(await idsOf()).toEqual(before);
  });

  it('a campaign that is being made while its user is deleted is not made', async () => {
    const can = await furnish('Can', ['8001', '8002', '8003']);
    const { late } = await ctx.db.transaction(async (tx) => {
      await lockAccounts({ ...ctx, db: tx }, [can.userId], admin.userId);
      const body = {
        name: 'Late',
        channel: 'whatsapp',
        text: 'Merhaba',
        audience: { customerIds: [customers.ayse] },
        startAt: null,
      };
      const late = can.call('POST', '/v1/campaigns', body);
      await untilSomebodyWaits(ctx.db);
      await tx.execute(sql`update users set deleted_at = now() where id = ${can.userId}`);
      return { late };
    });
    expect((await late).status).toBe(401);
    expect(await rows(sql`select 1 from campaigns where name = 'Late'`)).toHaveLength(0);
    await rows(sql`update users set deleted_at = null where id = ${can.userId}`);
  });

  it('two owners deleted at once: one of them is refused, for somebody has to own it', async () => {
    const selin = await signUp(world, 'Selin');
    const { organization } = await (await selin.call('GET', '/v1/me')).json();
    const body = {
      email: 'deniz@example.com',
      name: 'Deniz',
      organizationId: organization.id,
      organizationRole: 'owner',
    };
    const deniz = await (await admin.call('POST', '/v1/admin/users', body)).json();
    const answers = await Promise.all([remove(selin.userId), remove(deniz.id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  });

  it('202: an organization goes with all its users and rows, also when its job is killed on the way; nobody else’s do', async () => {
    const others = () =>
      rows(sql`select (select count(*) from customers where organization_id = ${globex.organizationId})::int as customers,
        (select jsonb_agg(u order by u.id) from users u where id in (${globex.userId}, ${admin.userId})) as users,
        (select jsonb_agg(o) from organizations o where id = ${globex.organizationId}) as organizations`);
    await globex.call('POST', '/v1/customers', { firstName: 'Elif' });
    await acme.call('POST', '/v1/customers/import', 'firstName\nFatma\n', { 'content-type': 'text/csv' });
    await scene.drain();
    await pumpDry(ctx);
    const statement = () =>
      rows(
        sql`select amount_credits, type from credit_transactions where organization_id = ${acme.organizationId} order by id`,
      );
    const before = await others();
    const answer = await remove(acme.userId, '?organization=delete&confirmation=acme');
    const { id, users } = await answer.json();
    expect([answer.status, users]).toEqual([202, 3]);
    expect((await acme.call('GET', '/v1/me')).status).toBe(401);
    for (let killed = 0; killed < 3; killed++) {
      const controller = new AbortController();
      const run = runDeletion({ ...ctx, afterCommit: undefined } as never, id, controller.signal).catch(() => {});
      setImmediate(() => controller.abort());
      await run;
    }
    await runDeletion(ctx, id, new AbortController().signal);
    const seen = await (await admin.call('GET', `/v1/admin/user-deletions/${id}`)).json();
    expect(seen).toMatchObject({ status: 'completed', progress: 1 });
    const lines = await statement();
    expect(lines.length).toBeGreaterThan(0);
    expect(await scene.ledger()).toEqual([]);
    expect(await others()).toEqual(before);
    expect(
      await rows(sql`select name, deleted_at is not null as gone from organizations where id = ${acme.organizationId}`),
    ).toEqual([{ name: 'Silinmiş firma / Deleted organization', gone: true }]);
  });
});
