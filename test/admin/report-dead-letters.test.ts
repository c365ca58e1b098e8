import { expect, it } from 'vitest';
import { reportDeadLetters } from '#src/admin/report-dead-letters.ts';
import { settleCampaignJob } from '#src/campaigns/jobs.ts';
import { newId } from '#src/platform/ids.ts';
import { openLog } from '#test/platform/read-log.ts';
import { createWorld } from '#test/support/world.ts';

it('a job whose worker was lost on its last try is reported: its name, its id, and why', async () => {
  await using world = await createWorld();
  const { boss, jobs } = world.ctx;
  const { log, lines } = openLog('info');
  const ctx = { ...world.ctx, log };
  await reportDeadLetters(ctx);
  expect(lines).toEqual([]);
  await jobs.send(settleCampaignJob, { campaignId: newId() });
  const [lost] = await boss.fetch(settleCampaignJob.name);
  await ctx.db.execute(
    `update pgboss.job set retry_limit = 0, started_on = now() - interval '1 day' where id = '${lost!.id}'`,
  );
  await boss.supervise(settleCampaignJob.name);
  await reportDeadLetters(ctx);
  expect(lines).toMatchObject([
    {
      level: 'error',
      job: settleCampaignJob.name,
      jobId: lost!.id,
      reason: 'job timed out',
      msg: 'a job is a dead letter',
    },
  ]);
});
