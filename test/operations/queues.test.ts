import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settleCampaignJob } from '#src/campaigns/jobs.ts';
import { newId } from '#src/platform/ids.ts';
import { DEAD_LETTERS } from '#src/platform/jobs.ts';
import { createWorld, type World } from '#test/support/world.ts';

const PATH = '/v1/admin/queues';
const { name } = settleCampaignJob;
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** A job that has run out of tries. */
async function die(error: object): Promise<string> {
  const { boss, jobs, db } = world.ctx;
  await jobs.send(settleCampaignJob, { campaignId: newId() });
  const [job] = await boss.fetch(name);
  await db.execute(sql`update pgboss.job set retry_limit = 0 where id = ${job!.id}::uuid`);
  await boss.fail(name, job!.id, error);
  return job!.id;
}

const queue = async (which: string) =>
  (await (await world.admin.call('GET', PATH)).json()).data.find((row: { name: string }) => row.name === which);
const letters = async (query = '') =>
  (await (await world.admin.call('GET', `${PATH}/${DEAD_LETTERS}/jobs?${query}`)).json()).data;
const redrive = async (which: string, jobIds: string[]) =>
  (await world.admin.call('POST', `${PATH}/${which}/redrive`, { jobIds })).json();

describe('/v1/admin/queues', () => {
  it('200: every queue with its depth, what failed and what is dead; errors and data without secrets and phones', async () => {
    const jobId = await die({
      message: 'Failed query: select 1\nparams: Ayşe,+905321110001',
      token: 'geheim',
      stack: 'Error: x\n at secret.ts:1',
    });
    expect(await queue(name)).toMatchObject({
      counts: { failed: 1, created: 0 },
      ready: 0,
      deadLetters: 1,
      oldestWaitingSince: null,
    });
    expect(await queue(DEAD_LETTERS)).toMatchObject({ counts: { created: 1 } });
    const [letter] = await letters(`source=${name}`);
    expect(letter).toMatchObject({ source: { queue: name, jobId }, data: { campaignId: expect.any(String) } });
    expect(letter.error).toEqual({ message: 'Failed query: select 1' });
    const failed = await (await world.admin.call('GET', `${PATH}/${name}/jobs`)).json();
    expect(failed.data).toMatchObject([{ id: jobId, state: 'failed' }]);
    expect(JSON.stringify([letter, failed])).not.toMatch(/geheim|905321110001|secret\.ts/);
  });

  it('200: exactly those asked go back, once, also when asked twice at once; the rest stay dead', async () => {
    const [a, b] = [await die({ message: 'a' }), await die({ message: 'b' })];
    const dead = await letters();
    const letterOf = (id: string) => dead.find((row: { source: { jobId: string } }) => row.source.jobId === id).id;
    const twice = await Promise.all([redrive(DEAD_LETTERS, [letterOf(a)]), redrive(DEAD_LETTERS, [letterOf(a)])]);
    expect(twice.map(({ redriven }) => redriven).sort()).toEqual([0, 1]);
    expect(await queue(name)).toMatchObject({ ready: 1, oldestWaitingSince: expect.any(String) });
    expect((await letters()).map((row: { id: string }) => row.id)).not.toContain(letterOf(a));
    expect((await letters()).map((row: { id: string }) => row.id)).toContain(letterOf(b));
    expect(await redrive(DEAD_LETTERS, [letterOf(a)])).toEqual({ redriven: 0, blocked: [], unknown: [letterOf(a)] });
    expect(await redrive(name, [b, newId()])).toMatchObject({ redriven: 1, unknown: [expect.any(String)] });
    expect(await redrive(name, [b])).toMatchObject({ redriven: 0, unknown: [b] });
    await world.drain();
    expect(await queue(name)).toMatchObject({ ready: 0, counts: { completed: 2 } });
    expect((await queue(name)).completedPerMinute).toBeGreaterThan(0);
  });

  it('204: a dead letter is forgotten; 409 for a job that may still be done; 404 for none', async () => {
    await die({ message: 'c' });
    const [letter] = await letters('limit=1');
    expect((await world.admin.call('DELETE', `${PATH}/${DEAD_LETTERS}/jobs/${letter.id}`)).status).toBe(204);
    expect((await world.admin.call('DELETE', `${PATH}/${DEAD_LETTERS}/jobs/${letter.id}`)).status).toBe(404);
    await world.ctx.jobs.send(settleCampaignJob, { campaignId: newId() });
    const [waiting] = (await (await world.admin.call('GET', `${PATH}/${name}/jobs?state=created`)).json()).data;
    expect((await world.admin.call('DELETE', `${PATH}/${name}/jobs/${waiting.id}`)).status).toBe(409);
    const page = await (await world.admin.call('GET', `${PATH}/${name}/jobs?state=failed&limit=1`)).json();
    const next = await (
      await world.admin.call('GET', `${PATH}/${name}/jobs?state=failed&limit=1&cursor=${page.nextCursor}`)
    ).json();
    expect(next.data[0].id).not.toBe(page.data[0].id);
  });

  it('404 for a queue that there is not; 403 for a user; 400 for no ids', async () => {
    expect((await world.admin.call('GET', `${PATH}/nothing/jobs`)).status).toBe(404);
    expect((await world.admin.call('POST', `${PATH}/nothing/redrive`, { jobIds: [newId()] })).status).toBe(404);
    expect((await world.admin.call('POST', `${PATH}/${name}/redrive`, { jobIds: [] })).status).toBe(400);
    for (const path of [PATH, `${PATH}/${name}/jobs`]) expect((await world.acme.call('GET', path)).status).toBe(403);
    expect((await world.acme.call('POST', `${PATH}/${name}/redrive`, { jobIds: [newId()] })).status).toBe(403);
    expect((await world.acme.call('DELETE', `${PATH}/${name}/jobs/${newId()}`)).status).toBe(403);
  });
});
