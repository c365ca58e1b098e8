import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { SimulatorOptions } from '#evolution/simulator/simulator-options.ts';
import { type Simulator, startSimulator } from '#evolution/simulator/start-simulator.ts';
import { leaseMs } from '#src/campaigns/lane.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { sandboxPacing } from '#src/windows/pacing.ts';
import { createGroupOf } from '#test/campaigns/stage.ts';
import { createMember, type Member } from '#test/support/cast.ts';
import { freePort, type Process, startProcess, until } from '#test/support/processes.ts';
import { AUTH_SECRET, type World } from '#test/support/world.ts';

/** How much faster than in production time-outs, leases and reconciliation are. */
const SPEED = 30;

export type Rehearsal = {
  simulator: Simulator;
  /** Ends the simulator and starts it again after a second, at the same port, with what it remembers. */
  restartSimulator(): Promise<void>;
  /** A control route of the simulator. */
  control(method: string, path: string, body: object): Promise<void>;
  env: Record<string, string>;
  /** Members with an open instance and a campaign that is being sent. */
  campaigns: { member: Member; id: string }[];
};

/** `singles`: so many messages each member can write besides. */
type Size = { lanes: number; recipients: number; singles?: number };

/** Lanes under way on the world's database, with an API process for the webhooks; workers are the caller's to start and kill. */
export async function prepareRehearsal(
  world: World,
  size: Size & { latencyMs: [number, number] },
): Promise<Rehearsal & AsyncDisposable> {
  const options: SimulatorOptions = {
    stateFile: join(world.dataDir, 'simulator.ndjson'),
    autoScanMs: 0,
    createWaitMs: 0,
    connectWaitMs: 0,
    latencyMs: size.latencyMs,
    sandboxNumbers: false,
    webhook: { timeoutMs: 2000, maxAttempts: 10, initialDelayMs: 200, maxDelayMs: 2000 },
  };
  let simulator = await startSimulator(options);
  const port = await freePort();
  const env = {
    DATABASE_URL: world.databaseUrl,
    DATA_DIR: world.dataDir,
    AUTH_SECRET,
    EVOLUTION_URL: simulator.url,
    EVOLUTION_API_KEY: simulator.apiKey,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    SEND_DELAY_FLOOR_SECONDS: '0',
    RECOVERY_SPEED: String(SPEED),
    LOG_LEVEL: 'fatal',
    PORT: String(port),
  };
  const api = await startProcess({ ...env, ROLES: 'api' });
  await world.ctx.db.execute(
    sql`insert into platform_settings (window_start_minute, window_end_minute) values (0, 1440) on conflict do nothing`,
  );
  const members = await connectMembers(world, env.PUBLIC_URL, size);
  const campaigns = await Promise.all(members.map((member) => startCampaign(world, member, size.recipients)));
  const { port: simulatorPort, url, apiKey } = simulator;
  return {
    get simulator() {
      return simulator;
    },
    async restartSimulator() {
      await simulator.close();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      simulator = await startSimulator({ ...options, port: simulatorPort });
    },
    async control(method, path, body) {
      const headers = { apikey: apiKey, 'content-type': 'application/json' };
      const response = await fetch(`${url}/simulator/${path}`, { method, headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(await response.text());
    },
    env,
    campaigns,
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

async function connectMembers(world: World, url: string, size: Size): Promise<Member[]> {
  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    fetch(url + path, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const members: Member[] = [];
  for (let i = 0; i < size.lanes; i++)
    members.push(await createMember(world.ctx, call, `sender${i}`, { credits: size.recipients + (size.singles ?? 0) }));
  await world.ctx.db.execute(sql`
    update user_settings
    set window_start_minute = 0, window_end_minute = 1440, pacing = ${JSON.stringify(sandboxPacing)}::jsonb
  `);
  await world.ctx.db.execute(sql`update organizations set unknown_policy = 'resend-when-absent'`);
  for (const member of members) {
    const { id } = await (await member.call('POST', '/v1/instances', {})).json();
    await until('the scan', async () => {
      await world.drain();
      return (await (await member.call('GET', `/v1/instances/${id}`)).json()).status === 'open';
    });
  }
  return members;
}

async function startCampaign(
  world: World,
  member: Member,
  recipients: number,
): Promise<{ member: Member; id: string }> {
  const groupId = await createGroupOf(world.ctx, member, recipients);
  const body = {
    name: 'n',
    channel: 'whatsapp',
    text: 'Merhaba {{ firstName }}',
    audience: { groupIds: [groupId] },
    startAt: null,
    delay: { minSeconds: 0, maxSeconds: 0 },
  };
  const response = await member.call('POST', '/v1/campaigns', body);
  if (response.status !== 201) throw new Error(await response.text());
  return { member, id: (await response.json()).id };
}

export const startWorkers = (env: Record<string, string>, count: number): Promise<Process[]> =>
  Promise.all(Array.from({ length: count }, () => startProcess({ ...env, ROLES: 'worker' })));

/** Stops a worker in the middle of whatever it does, sees every lane move again within its lease and 5 s, and lets it go on. */
export async function freezePastLease(rehearsal: Rehearsal, worker: Process): Promise<void> {
  const leaseSeconds = leaseMs('text', SPEED) / 1000;
  const sent = () =>
    rehearsal.simulator.instances().map(({ name }) => rehearsal.simulator.sends({ instance: name }).length);
  await until('the first sends', async () => sent().every((count) => count > 0));
  worker.kill('SIGSTOP');
  const before = sent();
  const begun = performance.now();
  await until(
    'every lane to move again',
    async () => sent().every((count, lane) => count > before[lane]!),
    leaseSeconds + 5,
  );
  const left = leaseSeconds * 1000 + 500 - (performance.now() - begun);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
  worker.kill('SIGCONT');
}

/** Kills a worker at a random instant and starts another in its place, `kills` times. */
export async function killAtRandom(
  env: Record<string, string>,
  workers: Process[],
  kills: number,
  random: () => number,
): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 200 + random() * 800));
    const victim = Math.floor(random() * workers.length);
    workers[victim]!.kill('SIGKILL');
    await workers[victim]!.ended;
    workers[victim] = await startProcess({ ...env, ROLES: 'worker' });
  }
}

/** Waits until every campaign has completed; says how the others stand if they do not. */
export async function waitForTheEnd({ campaigns }: Rehearsal, seconds: number): Promise<void> {
  const begun = performance.now();
  for (const { member, id } of campaigns) {
    let last: unknown;
    const left = Math.max(1, seconds - (performance.now() - begun) / 1000);
    await until(
      'the end',
      async () => {
        const { status, statusReason, counts } = await (await member.call('GET', `/v1/campaigns/${id}`)).json();
        last = { status, statusReason, counts };
        return status === 'completed';
      },
      left,
    ).catch((error) => {
      throw new Error(`campaign ${id} has not completed: ${JSON.stringify(last)}`, { cause: error });
    });
  }
}

/** What must hold after any number of crashes. Empty: it does. `mostUnresolved`: so many messages may be left to a person, their credits held. */
export async function findBreaches(
  world: World,
  { simulator, campaigns }: Rehearsal,
  recipients: number,
  { mostUnresolved = 0 } = {},
): Promise<string[]> {
  const breaches: string[] = [];
  let unresolved = 0;
  const sent = Map.groupBy(simulator.sends(), ({ instance, number }) => `${instance} ${number}`);
  for (const [who, sends] of sent) if (sends.length > 1) breaches.push(`${who} got ${sends.length} messages`);
  for (const [instance, most] of Object.entries(simulator.figures().maxInFlight))
    if (most > 1) breaches.push(`${instance} had ${most} in flight`);
  for (const difference of await proveLedger(world.ctx, {})) breaches.push(`ledger: ${JSON.stringify(difference)}`);
  for (const { member, id } of campaigns) {
    const { counts, credits } = await (await member.call('GET', `/v1/campaigns/${id}`)).json();
    const { unknown } = counts;
    unresolved += unknown;
    if (
      counts.sent + counts.delivered + counts.read !== recipients - unknown ||
      credits.spent !== recipients - unknown ||
      credits.held !== unknown
    )
      breaches.push(`${id}: ${JSON.stringify({ counts, credits })}`);
  }
  if (unresolved > mostUnresolved) breaches.push(`${unresolved} messages wait for a person`);
  if (sent.size < campaigns.length * recipients - unresolved)
    breaches.push(`${sent.size} of ${campaigns.length * recipients} recipients were written to`);
  return breaches;
}

/** A small seeded generator (mulberry32), so that a run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** How long a rehearsal is: bounded in the tests, long with `npm run soak`. */
export const scaleOf = (usual: { recipients: number; kills: number; seconds: number }) =>
  process.env['SOAK'] ? { recipients: 500, kills: 60, seconds: 1800 } : usual;
