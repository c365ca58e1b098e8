import { expect, it } from 'vitest';
import { DEAD_LETTERS, defineJob, openJobs } from '#src/platform/jobs.ts';
import { workJobs } from '#src/platform/work-jobs.ts';
import { until } from '#test/support/processes.ts';
import { createWorld } from '#test/support/world.ts';
import { openLog } from './read-log.ts';

const first = defineJob<{ token: string }>({ name: 'test.first', retryLimit: 1, expireInSeconds: 60 });
const last = defineJob<{ token: string }>({ name: 'test.last', retryLimit: 0, expireInSeconds: 60 });

it('a job that fails is said to have failed, for good or not, by its name and id and not by its payload', async () => {
  await using world = await createWorld();
  const { log, lines, text } = openLog('info');
  const boss = await openJobs(world.databaseUrl, [first, last], { onError: () => {}, max: 2 });
  const fail = async () => {
    throw new Error('no luck');
  };
  const ids = [await boss.send(first.name, { token: 'hush' }), await boss.send(last.name, { token: 'hush' })];
  await workJobs(boss, log, [
    { job: first, handle: fail },
    { job: last, handle: fail },
  ]);
  await until('both to fail', async () => lines.length === 2 && (await boss.findJobs(DEAD_LETTERS)).length === 1, 20);
  await boss.stop({ graceful: false, close: true });
  expect(lines.toSorted((a, b) => String(b.job).localeCompare(String(a.job)))).toMatchObject([
    { level: 'error', job: last.name, jobId: ids[1], attempt: 1, msg: 'a job failed for good' },
    { level: 'warn', job: first.name, jobId: ids[0], attempt: 1, msg: 'a job failed, to be tried again' },
  ]);
  expect(text()).toContain('no luck');
  expect(text()).not.toContain('hush');
});
