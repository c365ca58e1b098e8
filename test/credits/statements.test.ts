import { eq, sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { topUpCredits } from '#src/credits/top-up-credits.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { newId } from '#src/platform/ids.ts';
import { createMember } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';
import { spendMessages } from './spend-message.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { ctx, clock, acme, globex, admin } = world;
const topUp = (amount: number, note: string) => topUpCredits(admin.ctx, { userId: acme.userId, amount, note });
await topUp(100, '=HYPERLINK("http://x")');
clock.advance({ minutes: 1 });
await topUp(-30, 'Düzeltme; "şubat"');
clock.advance({ minutes: 1 });
const campaignId = newId();
await holdCredits(acme.ctx, { campaignId, credits: 4 });
await spendMessages(acme.ctx, campaignId, 4);
await settleHold(acme.ctx, { campaignId, note: 'Bayram' });
const path = `/v1/admin/users/${acme.userId}/credits/transactions`;

describe('GET /v1/admin/users/{id}/credits/transactions', () => {
  const amounts = async (query: string, who = admin, at = path) => {
    const answer = await who.call('GET', `${at}?${query}`);
    expect(answer.status, query).toBe(200);
    return (await answer.json()).data.map(({ amount }: { amount: number }) => amount);
  };

  it('200: anybody’s, with the filters that one’s own has, page by page', async () => {
    const cases: [string, number[]][] = [
      ['', [-4, -30, 100, 1000]],
      ['type=top-up', [100, 1000]],
      ['type=campaign', [-4]],
      [`campaignId=${campaignId}`, [-4]],
      ['from=2026-03-02T09:01:00Z', [-4, -30]],
      ['to=2026-03-02T09:01:00Z', [100, 1000]],
      ['from=2026-03-02T12:01:00%2B03:00&to=2026-03-02T12:02:00%2B03:00', [-30]],
      ['type=transfer', []],
    ];
    for (const [query, wanted] of cases) {
      expect(await amounts(query), query).toEqual(wanted);
      expect(await amounts(query, acme, '/v1/credits/transactions'), query).toEqual(wanted);
    }
    const first = await (await admin.call('GET', `${path}?type=top-up&limit=1`)).json();
    expect(await amounts(`type=top-up&cursor=${first.nextCursor}`)).toEqual([1000]);
    expect(await amounts(`campaignId=${campaignId}`, globex, '/v1/credits/transactions')).toEqual([]);
  });

  it('404: nobody; 403: a user; 400: filters that are none', async () => {
    for (const end of ['', '.csv']) {
      const nobody = `/v1/admin/users/${newId()}/credits/transactions${end}`;
      expect((await admin.call('GET', nobody)).status).toBe(404);
      expect((await acme.call('GET', path + end)).status).toBe(403);
      for (const query of ['type=x', 'from=2026-03-02', 'to=x', 'campaignId=1', 'nonsense=1'])
        expect((await admin.call('GET', `${path}${end}?${query}`)).status, query).toBe(400);
    }
  });
});

describe('GET /v1/credits/transactions.csv', () => {
  it('200: a file that spreadsheets open, in Turkish with semicolons, on the reader’s clock; no formula runs', async () => {
    const answer = await acme.call('GET', '/v1/credits/transactions.csv', undefined, { 'accept-language': 'tr' });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="credits-${acme.userId}.csv"`);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const text = Buffer.from(await answer.arrayBuffer()).toString('utf8');
    expect(text.split('\r\n')).toEqual([
      '\ufeffSıra;Zaman;Zaman (UTC);Tür;Tutar;Bakiye;Açıklama;Kampanya;Mesaj;SMS;Aktarım',
      `4;02.03.2026 12:02;2026-03-02T09:02:00.000Z;Kampanya;-4;1066;Bayram;${campaignId};;;`,
      '3;02.03.2026 12:01;2026-03-02T09:01:00.000Z;Düzeltme;-30;1070;"Düzeltme; ""şubat""";;;;',
      `2;02.03.2026 12:00;2026-03-02T09:00:00.000Z;Yükleme;100;1100;"'=HYPERLINK(""http://x"")";;;;`,
      '1;01.01.2024 03:00;2024-01-01T00:00:00.000Z;Yükleme;1000;1000;;;;;',
      '',
    ]);
  });

  it('GET /v1/admin/users/{id}/credits/transactions.csv: the same for an admin, in English with commas, filtered', async () => {
    const answer = await admin.call('GET', `/v1/admin/users/${acme.userId}/credits/transactions.csv?type=campaign`);
    const lines = Buffer.from(await answer.arrayBuffer())
      .toString('utf8')
      .split('\r\n');
    expect(lines[0]).toBe('\ufeffNumber,Time,Time (UTC),Type,Amount,Balance,Note,Campaign,Message,SMS,Transfer');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain(',Campaign,-4,1066,Bayram,');
    const head = await admin.call('HEAD', `/v1/admin/users/${acme.userId}/credits/transactions.csv`);
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('every line of a long statement once, in order', async () => {
    const long = await createMember(ctx, world.call, 'long', { credits: 1 });
    const { userId, organizationId } = long;
    await ctx.db.execute(sql`
      insert into credit_transactions (id, organization_id, user_id, type, amount_credits, balance_after_credits, sequence, created_at)
      select uuid_v7(), ${organizationId}::uuid, ${userId}::uuid, 'top-up', 1, n, n, '2026-01-01' from generate_series(2, 4500) n`);
    const text = await (await long.call('GET', '/v1/credits/transactions.csv')).text();
    const numbers = text
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',')[0]));
    expect(numbers).toEqual(Array.from({ length: 4500 }, (_, n) => 4500 - n));
  });
});

describe('GET /v1/admin/credits/low', () => {
  it('200: who has less available than his own threshold, least first, page by page; who wants no warning is left out', async () => {
    const wants = async (name: string, credits: number, lowCredits: number | null) => {
      const member = await createMember(ctx, world.call, name, { credits });
      await ctx.db.update(userSettings).set({ lowCredits }).where(eq(userSettings.userId, member.userId));
      return member;
    };
    const [poor, poorer, held] = [
      await wants('poor', 9, 10),
      await wants('poorer', 3, 10),
      await wants('held', 500, 450),
    ];
    await wants('just enough', 10, 10);
    await wants('carefree', 0, null);
    await ctx.db.update(creditAccounts).set({ heldCredits: 100 }).where(eq(creditAccounts.userId, held.userId));
    const first = await (await admin.call('GET', '/v1/admin/credits/low?limit=2')).json();
    const second = await (await admin.call('GET', `/v1/admin/credits/low?limit=2&cursor=${first.nextCursor}`)).json();
    expect([...first.data, ...second.data].map(({ userId }) => userId)).toEqual([
      poorer.userId,
      poor.userId,
      held.userId,
    ]);
    expect(second.nextCursor).toBeNull();
    expect(second.data[0]).toMatchObject({ availableCredit: 400, threshold: 450, organization: { name: 'held' } });
    await ctx.db.update(creditAccounts).set({ heldCredits: 0 }).where(eq(creditAccounts.userId, held.userId));
  });
});
