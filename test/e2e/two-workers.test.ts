import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { startSimulator } from '#evolution/simulator/start-simulator.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { createGroupOf } from '#test/campaigns/stage.ts';
import { type Call, createMember, type Member } from '#test/support/cast.ts';
import { freePort, startProcess, until } from '#test/support/processes.ts';
import { AUTH_SECRET, createWorld, type World } from '#test/support/world.ts';

const LANES = 12;
const RECIPIENTS = 4;

type Running = { member: Member; id: string };

it('12 numbers through two worker processes: one message a number at a time, delays kept, counts exact, ledger balanced', async () => {
  await using world = await createWorld();
  const simulator = await startSimulator({
    autoScanMs: 0,
    createWaitMs: 0,
    connectWaitMs: 0,
    latencyMs: [5, 60],
    sandboxNumbers: false,
  });
  const env = await environmentOf(world, simulator);
  await using api = await startProcess({ ...env, ROLES: 'api' });
  await using one = await startProcess({ ...env, ROLES: 'worker' });
  await using two = await startProcess({ ...env, ROLES: 'worker' });
  await openAllHours(world);
  const members = await connectMembers(world, env.PUBLIC_URL);
  const campaigns = await Promise.all(members.map((member) => startCampaign(world, member)));
  for (const campaign of campaigns) await untilRead(campaign);

  const figures = simulator.figures();
  expect(figures.total).toBe(LANES * RECIPIENTS);
  expect(new Set(simulator.sends().map(({ instance, number }) => `${instance} ${number}`)).size).toBe(
    LANES * RECIPIENTS,
  );
  expect(Object.values(figures.maxInFlight)).toEqual(Array(LANES).fill(1));
  expect(Math.min(...Object.values(figures.minGapMs).map(Number))).toBeGreaterThanOrEqual(1000);
  expect(await proveLedger(world.ctx, {})).toEqual([]);
  for (const { member } of campaigns)
    expect(await (await member.call('GET', '/v1/credits')).json()).toMatchObject({ currentCredit: 0, heldCredit: 0 });
  for (const worker of [one, two]) {
    worker.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
  }
  expect(api.output()).not.toContain('"level":"error"');
  await simulator.close();
}, 120_000);

async function environmentOf(world: World, simulator: { url: string; apiKey: string }) {
  const port = await freePort();
  return {
    DATABASE_URL: world.databaseUrl,
    DATA_DIR: world.dataDir,
    AUTH_SECRET,
    EVOLUTION_URL: simulator.url,
    EVOLUTION_API_KEY: simulator.apiKey,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    SEND_DELAY_FLOOR_SECONDS: '0',
    LOG_LEVEL: 'error',
    PORT: String(port),
  };
}

/** The processes run on the real clock, whatever it shows. */
async function openAllHours({ ctx }: World): Promise<void> {
  await ctx.db.execute(sql`update evolution_servers set capacity = 1000`);
  await ctx.db.execute(
    sql`insert into platform_settings (window_start_minute, window_end_minute) values (0, 1440) on conflict do nothing`,
  );
}

async function connectMembers({ ctx }: World, url: string): Promise<Member[]> {
  const call: Call = (method, path, body, headers) =>
    fetch(url + path, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const members: Member[] = [];
  for (let i = 0; i < LANES; i++) members.push(await createMember(ctx, call, `user${i}`, { credits: RECIPIENTS }));
  await ctx.db.execute(sql`update user_settings set window_start_minute = 0, window_end_minute = 1440`);
  const connect = async (member: Member) => {
    const { id } = await (await member.call('POST', '/v1/instances', {})).json();
    await until(
      'the scan',
      async () => (await (await member.call('GET', `/v1/instances/${id}`)).json()).status === 'open',
    );
  };
  await Promise.all(members.map(connect));
  return members;
}

async function startCampaign(world: World, member: Member): Promise<Running> {
  const groupId = await createGroupOf(world.ctx, member, RECIPIENTS);
  const body = {
    name: 'n',
    channel: 'whatsapp',
    text: 'Merhaba',
    audience: { groupIds: [groupId] },
    startAt: null,
    delay: { minSeconds: 1, maxSeconds: 2 },
  };
  const { id } = await (await member.call('POST', '/v1/campaigns', body)).json();
  return { member, id };
}

const untilRead = ({ member, id }: Running) =>
  until('everybody to have read it', async () => {
    const { status, counts } = await (await member.call('GET', `/v1/campaigns/${id}`)).json();
    return status === 'completed' && counts.read === RECIPIENTS;
  });
