import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { createWorld } from '#test/support/world.ts';
import { openInstance } from './stage.ts';

/** As many as fit; a thousand against 500 in the soak. */
const FIT = process.env['SOAK'] ? 500 : 150;

it('F36, G3: many hundred campaigns at once against a balance for some: exactly those that fit are made, the others are a 402 and leave nothing', async () => {
  await using world = await createWorld();
  await openInstance(world.ctx, world.acme);
  const correction = { amount: 2 * FIT - 1000, note: 'as many as fit' };
  if (correction.amount < 0) await world.admin.call('POST', `/v1/admin/users/${world.acme.userId}/credits`, correction);
  const audience = { customerIds: [world.customers.ayse, world.customers.burak] };
  const body = { name: 'n', channel: 'whatsapp', text: 'x', audience, startAt: null };
  // who is turned away had nothing done for him
  const create = async (): Promise<number> => {
    const { status } = await world.acme.call('POST', '/v1/campaigns', body);
    return status === 503 ? create() : status;
  };
  const answers = await Promise.all(Array.from({ length: FIT + 250 }, create));
  expect(
    Object.fromEntries(
      Map.groupBy(answers, (status) => status)
        .entries()
        .map(([status, of]) => [status, of.length]),
    ),
  ).toEqual({ 201: FIT, 402: 250 });
  const [saved] = await world.ctx.db.execute(sql`
    select (select count(*)::int from campaigns) as campaigns, (select count(*)::int from campaign_recipients) as recipients,
      (select count(*)::int from credit_holds) as holds, (select count(*)::int from campaign_progress) as progress`);
  expect(saved).toEqual({ campaigns: FIT, recipients: 2 * FIT, holds: FIT, progress: FIT });
  const credits = await (await world.acme.call('GET', '/v1/credits')).json();
  expect(credits).toMatchObject({ heldCredit: 2 * FIT, availableCredit: 0 });
  expect(await proveLedger(world.ctx, {})).toEqual([]);
}, 120_000);
