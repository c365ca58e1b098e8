import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { emailBody, emailScene, handleOf, makeCampaign } from '#test/campaigns/email-scene.ts';
import { createAddressees } from '#test/emails/mailing-scene.ts';
import { startProcess, until } from '#test/support/processes.ts';
import { type Manner, type SmtpSink, startSmtpSink } from '#test/support/smtp-sink.ts';
import { AUTH_SECRET, type World } from '#test/support/world.ts';

const { recipients: RECIPIENTS, seconds: SECONDS } = process.env['SOAK']
  ? { recipients: 10_000, seconds: 300 }
  : { recipients: 1500, seconds: 90 };
const KILLS = 3;
/** Mails that may be on their way in a process: two batches, with what was fenced ahead of each. */
const MOST_IN_FLIGHT = 200;
/** Time-outs and leases, so many times shorter: no answer to a mail within 1.5 s, the lease of a batch 7.5 s. */
const SPEED = 40;

const mannerOf = (address: string): Manner => {
  const number = Number(/\d+/.exec(address)![0]);
  if (number % 50 === 17) return 'refuse';
  return number % 100 === 42 ? 'withhold' : 'take';
};

it(`G5: a campaign to ${RECIPIENTS}, one in fifty refused, one in a hundred answers of the carrier lost, its worker killed -9 three times: nobody gets two mails, everybody is accounted for`, async () => {
  await using sink = await startSmtpSink(mannerOf);
  await using world = await emailScene({ now: new Date().toISOString() });
  const id = await makeCampaign(world, emailBody(world, await createAddressees(world, world.acme, RECIPIENTS)));
  const campaign = handleOf(world, id);
  await killMailers(world, sink);
  const { counts } = await campaign.read();
  const outcomes = await outcomesOf(world, id);
  expect(await findBreaches(sink, outcomes)).toEqual([]);
  const tally = Object.groupBy(outcomes, ({ status, reason }) => (reason ? `${status}: ${reason}` : status));
  const summary = Object.fromEntries(Object.entries(tally).map(([what, them]) => [what, them!.length]));
  console.log(JSON.stringify({ ...summary, mails: sink.count() }));
  expect(counts).toMatchObject({ queued: 0, sending: 0, skipped: 0 });
  expect(counts.sent + counts.failed + counts.unknown).toBe(RECIPIENTS);

  async function killMailers(world: World, sink: SmtpSink): Promise<void> {
    const env = {
      DATABASE_URL: world.databaseUrl,
      DATA_DIR: world.dataDir,
      AUTH_SECRET,
      EVOLUTION_URL: 'http://127.0.0.1:9',
      EVOLUTION_API_KEY: 'none',
      SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
      RECOVERY_SPEED: String(SPEED),
      LOG_LEVEL: 'fatal',
      ROLES: 'worker',
    };
    for (let kill = 1; kill <= KILLS; kill++) {
      await using worker = await startProcess(env);
      const enough = Math.floor((RECIPIENTS * kill) / (KILLS + 2));
      await until(`mail number ${enough}`, async () => sink.count() >= enough, SECONDS);
      await sleep(Math.random() * 100);
      worker.kill('SIGKILL');
      await worker.ended;
    }
    await using _ = await startProcess(env);
    await until('the end', async () => (await campaign.read()).status === 'completed', SECONDS);
  }
}, 400_000);

type Outcome = { address: string; status: string; reason: string | null };

const outcomesOf = async (world: World, id: string): Promise<Outcome[]> => [
  ...(await world.ctx.db.execute<Outcome>(
    sql`select address, status, status_reason as reason from campaign_recipients where campaign_id = ${id}`,
  )),
];

/** What the carrier saw, held against what we say of each. Empty: it is the same. */
function findBreaches({ taken, refused }: SmtpSink, outcomes: Outcome[]): string[] {
  const breaches = [...taken].flatMap(([address, times]) => (times > 1 ? [`${address} got ${times} mails`] : []));
  const addresses = new Set(outcomes.map(({ address }) => address));
  if (addresses.size !== RECIPIENTS) breaches.push(`${addresses.size} recipients`);
  for (const address of taken.keys()) if (!addresses.has(address)) breaches.push(`${address} is no recipient`);
  for (const { address, status, reason } of outcomes) {
    const said = reason ? `${status}: ${reason}` : status;
    const wanted = {
      take: ['sent'],
      refuse: ['failed: invalid-address'],
      withhold: ['unknown: timeout'],
    }[mannerOf(address)];
    if (![...wanted, 'unknown: worker-lost'].includes(said)) breaches.push(`${address} is ${said}`);
    if (status === 'sent' && !taken.has(address)) breaches.push(`${address} is sent, and got nothing`);
    if (status === 'failed' && !refused.has(address)) breaches.push(`${address} has failed, and nobody refused it`);
  }
  const lost = outcomes.filter(({ reason }) => reason === 'worker-lost').length;
  if (lost > KILLS * MOST_IN_FLIGHT) breaches.push(`${lost} are unknown for ${KILLS} kills`);
  return breaches;
}
