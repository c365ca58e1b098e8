import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { lockAccounts } from '#src/accounts/lock-accounts.ts';
import { keepUsers } from '#src/admin/keep-users.ts';
import { stage } from '#test/campaigns/scene.ts';
import { createGroupOf, pumpDry } from '#test/campaigns/stage.ts';
import { PASSWORD, signInBy, signUp, untilSomebodyWaits } from './users.ts';

const scene = await stage({ count: 1, env: { ALLOW_PRIVATE_TARGETS: '127.0.0.0/8' } });
afterAll(() => scene[Symbol.asyncDispose]());
const { acme, admin, ctx, clock, customers } = scene;
const ban = (userId: string, body: object) => admin.call('PUT', `/v1/admin/users/${userId}/ban`, body);
const lift = (userId: string) => admin.call('DELETE', `/v1/admin/users/${userId}/ban`);

describe('a ban', () => {
  it('403: sign-in says why and until when by the user’s own clock, in his language; a wrong password learns nothing of it', async () => {
    const selin = await signUp(scene, 'Selin');
    const login = { email: 'selin@example.com', password: PASSWORD };
    await ban(selin.userId, { reason: 'Şikâyet üzerine', until: '2096-04-01T00:00:00+03:00' });
    const said = async (language: string) => (await signInBy(scene, login, language)()).json();
    expect(await said('tr')).toMatchObject({
      code: 'banned',
      detail: 'Bu hesap 1 Nisan 2096 00:00 tarihine kadar yasaklandı: Şikâyet üzerine',
      reason: 'Şikâyet üzerine',
      until: '2096-03-31T21:00:00.000Z',
    });
    expect((await said('en')).detail).toMatch(/^This account is banned until April 1, 2096.*: Şikâyet üzerine$/);
    const wrong = await signInBy(scene, { ...login, password: 'wrong horse battery' })();
    expect(JSON.stringify(await wrong.json())).not.toContain('Şikâyet');
    await ban(selin.userId, { reason: 'spam' });
    expect((await said('tr')).detail).toBe('Bu hesap yasaklandı: spam');
    await lift(selin.userId);
  });

  it('200: once its end is reached, signing in works by itself, and it is a ban no more; what it took away stays away', async () => {
    const zehra = await signUp(scene, 'Zehra');
    await zehra.call('POST', '/v1/api-keys', { name: 'crm', scopes: ['customers:read'] });
    await ban(zehra.userId, { reason: 'spam', until: '2096-04-01T00:00:00+03:00' });
    expect((await zehra.signIn()).status).toBe(403);
    clock.set('2096-03-31T21:00:00Z');
    expect((await zehra.signIn()).status).toBe(200);
    expect(
      await ctx.db.execute(sql`
        select banned, ban_reason, (select count(*)::int from api_keys where reference_id = users.id) as keys,
          (select count(*)::int from activities where verb = 'admin.ban-ended' and subject_id = users.id::text) as told
        from users where id = ${zehra.userId}`),
    ).toEqual([{ banned: false, ban_reason: null, keys: 0, told: 1 }]);
    clock.set('2026-03-02T09:00:00Z');
    await ban(zehra.userId, { reason: 'spam', until: '2026-03-02T10:00:00Z' });
    clock.set('2026-03-02T10:00:00Z');
    await keepUsers(ctx);
    expect(await ctx.db.execute(sql`select 1 from users where id = ${zehra.userId} and banned`)).toHaveLength(0);
    clock.set('2026-03-02T09:00:00Z');
  });

  it('a live stream ends with it', async () => {
    const deniz = await signUp(scene, 'Deniz');
    const stream = (await deniz.call('GET', '/v1/events')).body!.getReader();
    await stream.read();
    await ban(deniz.userId, { reason: 'spam' });
    for (let ended = false; !ended; ) ended = (await stream.read()).done;
    expect((await deniz.call('GET', '/v1/events')).status).toBe(401);
  });

  it('403: a request that was let in before it sends nothing and saves nothing', async () => {
    const groupId = await createGroupOf(ctx, acme, 1, ['9001']);
    const starts: [string, object][] = [
      [
        '/v1/campaigns',
        { name: 'Late', channel: 'whatsapp', text: 'x', audience: { groupIds: [groupId] }, startAt: null },
      ],
      ['/v1/messages', { customerId: customers.ayse, text: 'late' }],
      ['/v1/sms', { customerId: customers.ayse, text: 'late' }],
    ];
    const { late } = await ctx.db.transaction(async (tx) => {
      await lockAccounts({ ...ctx, db: tx }, [acme.userId], admin.userId);
      const late = starts.map(([path, body]) => acme.call('POST', path, body));
      await untilSomebodyWaits(ctx.db, starts.length);
      await tx.execute(sql`update users set banned = true where id = ${acme.userId}`);
      return { late };
    });
    for (const answer of await Promise.all(late))
      expect(await answer.json()).toMatchObject({ status: 403, code: 'banned' });
    expect(await ctx.db.execute(sql`select 1 from campaigns where name = 'Late'`)).toHaveLength(0);
    expect(
      await ctx.db.execute(sql`select 1 from messages where body = 'late' union all select 1 from sms_messages`),
    ).toHaveLength(0);
    await ctx.db.execute(sql`update users set banned = false where id = ${acme.userId}`);
  });

  it('integrations on his numbers end, for they write by themselves; lifting it brings none of them back', async () => {
    const url = 'https://127.0.0.1/typebot';
    const words = {
      finishWord: 'bitir',
      unknownMessage: 'Anlayamadım',
      expireMinutes: 30,
      delayMs: 500,
      debounceSeconds: 2,
    };
    const trigger = { type: 'keyword', operator: 'contains', value: 'randevu' };
    const typebot = {
      url,
      typebot: 'karsilama',
      enabled: true,
      trigger,
      keepOpen: false,
      stopWhenAnswered: true,
      ...words,
    };
    const path = `/v1/instances/${scene.instanceId}/integrations/typebot`;
    const set = await acme.call('PUT', path, typebot);
    await pumpDry(ctx);
    await ban(acme.userId, { reason: 'spam' });
    await scene.drain();
    const ended = await ctx.db.execute(sql`select 1 from activities where verb = 'instances.remove-integration'`);
    expect([set.status, ended.length]).toEqual([200, 1]);
    await lift(acme.userId);
    expect(await ctx.db.execute(sql`select status from campaigns where status = 'running'`)).toEqual([]);
  });
});
