import postgres from 'postgres';
import { openGround } from './ground.ts';
import { createSenders } from './populate.ts';
import { createCampaigns } from './sending.ts';
await using g = await openGround();
await using s = await g.open();
const senders = await createSenders(s.ctx, 1, 2000);
await createCampaigns(senders);
const fn = `CREATE OR REPLACE FUNCTION count_recipients_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM campaign_progress
    WHERE campaign_id IN (SELECT campaign_id FROM after_rows) ORDER BY campaign_id FOR NO KEY UPDATE;
  UPDATE campaign_progress p SET
    queued_count = p.queued_count + d.queued, sending_count = p.sending_count + d.sending,
    sent_count = p.sent_count + d.sent, delivered_count = p.delivered_count + d.delivered,
    read_count = p.read_count + d.read, failed_count = p.failed_count + d.failed,
    skipped_count = p.skipped_count + d.skipped, unknown_count = p.unknown_count + d.unknown
  FROM (
    SELECT campaign_id,
      sum(step * (status = 'queued')::int) AS queued, sum(step * (status = 'sending')::int) AS sending,
      sum(step * (status = 'sent')::int) AS sent, sum(step * (status = 'delivered')::int) AS delivered,
      sum(step * (status = 'read')::int) AS read, sum(step * (status = 'failed')::int) AS failed,
      sum(step * (status = 'skipped')::int) AS skipped, sum(step * (status = 'unknown')::int) AS unknown
    FROM (
      SELECT campaign_id, status, 1 AS step FROM after_rows
      UNION ALL
      SELECT campaign_id, status, -1 FROM before_rows
    ) moves GROUP BY campaign_id
  ) d WHERE p.campaign_id = d.campaign_id;
  RETURN NULL;
END $$`;
const nolock = fn.replace(/PERFORM[\s\S]*?FOR NO KEY UPDATE;/, '');
const run = async (what: string, mode: string) => {
  const c = postgres(s.databaseUrl, { max: 1, connection: { plan_cache_mode: mode } });
  const ids = (await c`select id from campaign_recipients limit 1000`) as any;
  const go = async (rows: any[]) => { const b = process.hrtime.bigint(); await c.begin(async (t) => { for (const r of rows) await t.unsafe('update campaign_recipients set status=$1 where id=$2', ['sending', r.id], { prepare: true }); throw new Error('x'); }).catch(() => {}); return Number(process.hrtime.bigint() - b) / 1e6 / rows.length; };
  await go(ids.slice(0, 50));
  const v = []; for (let k = 0; k < 8; k++) v.push(await go(ids.slice(k * 100, k * 100 + 100)));
  v.sort((x, y) => x - y);
  console.log(what.padEnd(20), mode.padEnd(18), 'min', v[0]!.toFixed(3), 'med', v[4]!.toFixed(3));
  await c.unsafe('vacuum campaign_recipients'); await c.unsafe('vacuum campaign_progress');
  await c.end();
};
const a = postgres(s.databaseUrl, { max: 1, onnotice() {} });
for (const k of [1, 2]) {
await run('original', 'auto'); await run('original', 'force_custom_plan');
await a.unsafe('alter table campaign_recipients disable trigger user'); await run('no trigger', 'auto'); await a.unsafe('alter table campaign_recipients enable trigger user');
}
await a.unsafe(fn);
for (const k of [1, 2]) { await run('simple', 'auto'); await run('simple', 'force_custom_plan'); }
await a.unsafe(nolock); await run('simple nolock', 'auto');await run('simple nolock', 'force_custom_plan');
await a.unsafe(fn.replace('LANGUAGE plpgsql', 'LANGUAGE plpgsql SET plan_cache_mode = auto')); await run('simple set auto', 'auto');await run('simple set auto', 'force_custom_plan');
await a.unsafe(fn.replace('LANGUAGE plpgsql', 'LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan')); await run('simple set generic', 'auto');await run('simple set generic', 'force_custom_plan');
await a.end();
