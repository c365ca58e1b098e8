import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { sweepCampaigns } from '#src/campaigns/sweep-campaigns.ts';
import { numberChecks } from '#src/db/schema/messages.ts';
import { createWorld } from '#test/support/world.ts';

it('what was said of a number longer ago than it is good for is deleted by the sweep, some thousands at once, the oldest first', async () => {
  await using world = await createWorld();
  const { ctx, clock } = world;
  const keep = (count: number, phone: string) =>
    ctx.db.execute(sql`
      insert into number_checks (phone, on_whatsapp, checked_at)
      select ${phone} || i, true, ${clock.now().toISOString()}::timestamptz + i * interval '1 ms' from generate_series(1, ${count}::int) i`);
  await keep(5_010, '+9053');
  clock.advance({ days: 3 });
  await keep(2, '+9054');
  clock.advance({ days: 3, hours: 23 });
  await sweepCampaigns(ctx);
  expect(await ctx.db.$count(numberChecks)).toBe(5_012);
  clock.advance({ hours: 2 });
  await sweepCampaigns(ctx);
  expect(await ctx.db.$count(numberChecks)).toBe(12);
  expect(await ctx.db.$count(numberChecks, sql`phone = '+90531'`)).toBe(0);
  await sweepCampaigns(ctx);
  expect(await ctx.db.$count(numberChecks)).toBe(2);
});
