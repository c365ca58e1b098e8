import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { createWorld } from '#test/support/world.ts';
import { openInstance } from './stage.ts';

it('F36, G3: a thousand campaigns at once against a balance for 500: exactly those that fit are made, the others are a 402 and leave nothing', async () => {
  await using world = await createWorld();
  await openInstance(world.ctx, world.acme);
  const audience = { customerIds: [world.customers.ayse, world.customers.burak] };
  const body = { name: 'n', channel: 'whatsapp', text: 'x', audience, startAt: null };
  // who is turned away had nothing done for him
  const create = async (): Promise<number> => {
    const { status } = await world.acme.call('POST', '/v1/campaigns', body);
    return status === 503 ? create() : status;
  };
  const answers = await Promise.all(Array.from({ length: 1000 }, create));
  expect(
    Object.fromEntries(
      Map.groupBy(answers, (status) => status)
        .entries()
        .map(([status, of]) => [status, of.length]),
    ),
  ).toEqual({ 201: 500, 402: 500 });
  const [saved] = await world.ctx.db.execute(sql`
    select (select count(*)::int from campaigns) as campaigns, (select count(*)::int from campaign_recipients) as recipients,
      (select count(*)::int from credit_holds) as holds, (select count(*)::int from campaign_progress) as progress`);
  expect(saved).toEqual({ campaigns: 500, recipients: 1000, holds: 500, progress: 500 });
  const credits = await (await world.acme.call('GET', '/v1/credits')).json();
  expect(credits).toMatchObject({ heldCredit: 1000, availableCredit: 0 });
  expect(await proveLedger(world.ctx, {})).toEqual([]);
}, 120_000);
