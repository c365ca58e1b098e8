import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { settleCampaign } from '#src/campaigns/settle-campaign.ts';
import { reportLedger } from '#src/credits/report-ledger.ts';
import { runImport } from '#src/customers/run-import.ts';
import { stage } from './campaigns/scene.ts';
import { pumpDry } from './campaigns/stage.ts';
import { json, people, status, total, upload } from './customers/importing.ts';
import { createWorld } from './support/world.ts';

/** A run that goes on beside its successor, as one does whose time was over. */
const twice = async (run: () => Promise<unknown>) => void (await Promise.allSettled([run(), run(), run()]));

describe('F70: a handler that is run again while it still runs comes to the same', () => {
  it('settle: one line in the statement, each credit given back once', async () => {
    await using scene = await stage({ count: 3 });
    await pumpDry(scene.ctx);
    await scene.act('cancel');
    await twice(() => settleCampaign(scene.ctx, scene.id));
    await twice(() => settleCampaign(scene.ctx, scene.id));
    const { data } = await (await scene.acme.call('GET', '/v1/credits/transactions')).json();
    expect(data.filter(({ type }: { type: string }) => type === 'campaign')).toHaveLength(1);
    expect(await scene.credits()).toMatchObject({ currentCredit: 997, heldCredit: 0 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('prove: a difference is written down and told once, and again when it is another', async () => {
    await using scene = await stage({ count: 1 });
    const reports = () =>
      scene.ctx.db.execute(sql`
        select (select count(*)::int from activities where verb = 'credits.ledger-differs') as written,
          (select count(*)::int from live_events where type = 'ledger.differs') as told`);
    await scene.ctx.db.execute(sql`update credit_accounts set held_credits = held_credits + 1 where held_credits = 1`);
    await twice(() => reportLedger(scene.ctx));
    expect(await reports()).toMatchObject([{ written: 1, told: 1 }]);
    await scene.ctx.db.execute(sql`update credit_accounts set held_credits = held_credits + 1 where held_credits = 2`);
    await twice(() => reportLedger(scene.ctx));
    expect(await reports()).toMatchObject([{ written: 2, told: 2 }]);
    scene.clock.advance({ hours: 24 });
    await reportLedger(scene.ctx);
    expect(await reports()).toMatchObject([{ written: 3, told: 3 }]);
  });

  it('import: every row counts once', async () => {
    await using world = await createWorld();
    const { id } = await json(upload(world.acme, people(2500)));
    const job = { organizationId: world.acme.organizationId, importId: id, language: 'en' as const };
    await twice(() => runImport(world.ctx, job, new AbortController().signal));
    await world.drain();
    expect(await status(world.acme, id)).toMatchObject({ status: 'completed', created: 2500, updated: 0 });
    expect(await total(world)).toBe(2504);
  });
});
