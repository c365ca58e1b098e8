import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { sweepCampaigns } from '#src/campaigns/sweep-campaigns.ts';
import { createAddressees } from '#test/emails/mailing-scene.ts';
import { emailBody, emailScene, handleOf, mailbox, makeCampaign } from './email-scene.ts';

const world = await emailScene();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex, clock, ctx } = world;
let made = 0;

/** Half of forty get one of two subjects; what was sent is taken out of the mailbox. */
async function start(test: object = {}) {
  const groupId = await createAddressees(world, acme, 40, `s${++made}-`);
  const subjectTest = { subject: 'İkinci', sharePercent: 50, winnerBy: 'opens', afterMinutes: 60, ...test };
  const id = await makeCampaign(
    world,
    emailBody(world, groupId, { subject: 'Birinci', subjectTest, trackOpens: true, trackClicks: true }),
  );
  await world.drain();
  return { ...handleOf(world, id), sent: await takeMails() };
}
async function takeMails() {
  const mails = await mailbox(world);
  await ctx.db.execute(sql`delete from sandbox_mails`);
  return Map.groupBy(mails, ({ subject }) => subject);
}
/** So many of those who got that subject open it, or click. */
const react = (id: string, subject: 0 | 1, column: 'opened_at' | 'clicked_at', count: number) =>
  ctx.db.execute(sql`
    update campaign_recipients set ${sql.identifier(column)} = ${clock.now().toISOString()}::timestamptz
    where id in (select id from campaign_recipients where campaign_id = ${id} and sent_at is not null and bucket % 2 = ${subject} limit ${count})`);
const choose = (id: string, winner: string, who = acme) =>
  who.call('POST', `/v1/campaigns/${id}/subject-test/winner`, { winner });

it('each subject goes to half of the share; at its time the one that was opened more goes to the rest, once', async () => {
  const { id, sent, read } = await start();
  const [first, second] = [sent.get('Birinci')!.length, sent.get('İkinci')!.length];
  expect(Math.min(first, second)).toBeGreaterThan(0);
  expect(await read()).toMatchObject({
    status: 'running',
    counts: { queued: 40 - first - second },
    email: { subjectTest: { winner: null, decidesAt: '2026-03-02T10:00:00.000Z' } },
  });
  const decision = async () =>
    (await acme.call('GET', `/v1/campaigns/${id}/decision`, undefined, { 'accept-language': 'tr' })).json();
  expect(await decision()).toMatchObject({
    code: 'subject-test',
    nextAllowedAt: '2026-03-02T10:00:00.000Z',
    detail: expect.stringContaining('iki konudan'),
  });
  const figures = await (await acme.call('GET', `/v1/campaigns/${id}/email-figures`)).json();
  expect(figures.subjects).toMatchObject([
    { subject: 'Birinci', recipients: first },
    { subject: 'İkinci', recipients: second },
  ]);
  await react(id, 1, 'opened_at', second);
  await react(id, 0, 'opened_at', 1);
  clock.advance({ minutes: 59 });
  await sweepCampaigns(ctx);
  await world.drain();
  expect((await takeMails()).size).toBe(0);
  clock.advance({ minutes: 1 });
  await sweepCampaigns(ctx);
  await world.drain();
  const rest = await takeMails();
  expect([...rest.keys()]).toEqual(['İkinci']);
  expect(rest.get('İkinci')).toHaveLength(40 - first - second);
  expect(await read()).toMatchObject({ status: 'completed', email: { subjectTest: { winner: 'second' } } });
  await sweepCampaigns(ctx);
  const [told] = await ctx.db.execute<{ count: number }>(
    sql`select count(*)::int as count from activities where verb = 'campaigns.choose-subject' and subject_id = ${id}`,
  );
  expect(told!.count).toBe(1);
});

it('by clicks: opens do not count; equal ones go to the first', async () => {
  const byClicks = await start({ winnerBy: 'clicks' });
  await react(byClicks.id, 0, 'opened_at', 40);
  await react(byClicks.id, 1, 'clicked_at', 2);
  const equal = await start();
  clock.advance({ minutes: 60 });
  await sweepCampaigns(ctx);
  expect((await byClicks.read()).email.subjectTest.winner).toBe('second');
  expect((await equal.read()).email.subjectTest.winner).toBe('first');
  await world.drain();
  expect([...(await takeMails()).keys()].sort()).toEqual(['Birinci', 'İkinci']);
});

it('POST /v1/campaigns/{id}/subject-test/winner 200: by hand, at once, before the time or where none was set', async () => {
  const { id, read } = await start({ winnerBy: 'hand' });
  clock.advance({ days: 2 });
  await sweepCampaigns(ctx);
  expect(await read()).toMatchObject({ status: 'running', email: { subjectTest: { winner: null, decidesAt: null } } });
  expect((await choose(id, 'second', globex)).status).toBe(404);
  const answers = await Promise.all([choose(id, 'second'), choose(id, 'second')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  await world.drain();
  expect([...(await takeMails()).keys()]).toEqual(['İkinci']);
  expect(await read()).toMatchObject({ status: 'completed', email: { subjectTest: { winner: 'second' } } });
});

it('409: no test, decided, cancelled; 400: a subject that is none', async () => {
  const plain = await makeCampaign(world, emailBody(world, await createAddressees(world, acme, 1, 'plain')));
  expect((await choose(plain, 'first')).status).toBe(409);
  expect((await choose(plain, 'third')).status).toBe(400);
  const { id, act } = await start({ winnerBy: 'hand' });
  expect((await act('cancel')).status).toBe(200);
  expect((await choose(id, 'first')).status).toBe(409);
});
