import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startSimulator } from '#evolution/simulator/start-simulator.ts';
import { ensureAdmin } from './accounts/ensure-admin.ts';
import { makeMonths } from './activities/keep-months.ts';
import { type App, createApp } from './app.ts';
import type { Config } from './config.ts';
import type { AppContext } from './context.ts';
import { ensureCountries } from './countries/ensure-countries.ts';
import { createContext } from './create-context.ts';
import { migrateDatabase } from './db/migrate.ts';
import { ensureEvolutionServer } from './instances/ensure-evolution-server.ts';
import { startMetricsServer } from './metrics/start-metrics-server.ts';
import type { Clock } from './platform/clock.ts';
import { startEmbeddedPostgres } from './platform/embedded/start-embedded-postgres.ts';
import { freePort } from './platform/free-port.ts';
import { startHttpServer } from './platform/http-server.ts';
import { isOutage } from './platform/is-outage.ts';
import { keepSecret } from './platform/keep-secret.ts';
import type { Log } from './platform/log.ts';
import type { LogSink } from './platform/log-sink.ts';
import { watchProcess } from './platform/metrics.ts';
import { endWorkApart } from './platform/run-apart.ts';
import { watchLoop } from './platform/watch-loop.ts';
import { reachDatabase } from './reach-database.ts';
import { warnOfLostKeys } from './vault/warn-of-lost-keys.ts';
import { startWorker } from './worker.ts';

export type Ulak = { url: string; admin: { email: string; password: string } | null; stop(): Promise<void> };

/** `signal`: aborted, a database that is not up yet is not waited for any more. */
export type StartOptions = { clock?: Clock | undefined; signal?: AbortSignal; logSink?: LogSink | null };

type Close = () => Promise<unknown>;

const MOST_STARTS = 5;

/** Starts everything this process is configured to be. `stop` ends it in the opposite order and leaves nothing behind. */
export async function startUlak(given: Config, log: Log, options: StartOptions = {}): Promise<Ulak> {
  const closers: Close[] = [endWorkApart];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await closeAll([close], log);
  };
  try {
    await mkdir(given.dataDir, { recursive: true });
    const config = await completeConfig(given);
    const ctx = await openContext(config, log, options, closers);
    warnOfSandboxMail(config, log);
    await warnOfLostKeys(ctx);
    const app = createApp(ctx);
    await ensureAdmin(ctx, app.auth);
    await ensureCountries(ctx);
    await makeMonths(ctx);
    const isApi = config.roles.includes('api');
    if (config.evolution) await ensureEvolutionServer(ctx, config.evolution);
    else if (isApi)
      await startSandbox(ctx, (server) => ensureEvolutionServer(ctx, { ...server, replaceSandbox: true }), closers);
    await sweepHeld(ctx);
    await startWork(app, ctx, closers);
    return { url: ctx.publicUrl, admin: config.admin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A real WhatsApp and a mailbox that nobody opens: links to verify and to reset a password would go nowhere. */
function warnOfSandboxMail({ evolution, mail }: Config, log: Log): void {
  if (!evolution || mail.smtpUrl || mail.sesRegion) return;
  log.warn(
    'neither SMTP_URL nor SES_REGION is set: every mail, links to verify an address and to reset a password among them, goes to a sandbox mailbox that nobody can open',
  );
}

/** A server that goes away again between being reached and being used is waited for as one that was not up yet. */
async function openContext(config: Config, log: Log, options: StartOptions, closers: Close[]) {
  const { clock, signal, logSink } = options;
  const publicUrl = config.publicUrl ?? `http://127.0.0.1:${config.port}`;
  const own = config.databaseUrl ? null : await openOwnDatabase(config, log, closers);
  const databaseUrl = own ?? config.databaseUrl!;
  for (let tries = 1; ; tries++) {
    if (!own) await reachDatabase(databaseUrl, { waitSeconds: config.databaseWaitSeconds, log, signal });
    try {
      await migrateDatabase(databaseUrl);
      const parts = { databaseUrl, publicUrl, authSecret: config.authSecret!, log, clock, logSink };
      const { ctx, close } = await createContext(config, parts);
      closers.push(close);
      return ctx;
    } catch (error) {
      if (own || tries === MOST_STARTS || !isOutage(error)) throw error;
      log.warn({ err: error }, 'the database went away while starting');
    }
  }
}

/** What an earlier process on this machine left half done: nobody else can reach it. */
async function sweepHeld({ storage, clock, log }: AppContext): Promise<void> {
  const yesterday = new Date(clock.now().getTime() - 86_400_000);
  await storage.sweepHeld(yesterday).catch((error: unknown) => log.warn({ err: error }, 'old uploads not removed'));
}

/** What it does for others: answers and jobs. Both stop at once, each finishing what it has begun. */
async function startWork({ app, close }: App, ctx: AppContext, closers: Close[]): Promise<void> {
  const { roles, host, port, metricsPort } = ctx.config;
  const atWork: Close[] = [];
  closers.push(() => closeAll(atWork, ctx.log));
  watchProcess(ctx.metrics);
  const loop = watchLoop(ctx);
  atWork.push(async () => loop.stop());
  if (metricsPort !== null) {
    const server = await startMetricsServer(ctx, metricsPort);
    atWork.push(() => server.stop());
  }
  if (roles.includes('api')) {
    const server = await startHttpServer(app.fetch, { host, port });
    atWork.push(() => server.stop(), close);
  }
  if (roles.includes('worker')) {
    const worker = await startWorker(ctx);
    atWork.push(() => worker.stop());
  }
}

async function closeAll(closers: Close[], log: Log): Promise<void> {
  await Promise.all(closers.map((close) => close().catch((error) => log.error({ err: error }, 'not closed cleanly'))));
}

/** Port 0 is any that is free, chosen now as Evolution is told of it. In the sandbox, what must be secret is made once and kept in DATA_DIR. */
async function completeConfig(given: Config): Promise<Config> {
  const port = given.port === 0 && given.roles.includes('api') ? await freePort(given.host) : given.port;
  const config = { ...given, port };
  if (config.authSecret && config.admin) return config;
  const authSecret = config.authSecret ?? (await keepSecret(join(config.dataDir, 'auth-secret')));
  const sandboxAdmin = async () => ({
    email: 'admin@ulak.local',
    password: await keepSecret(join(config.dataDir, 'admin-password'), 12),
  });
  return { ...config, authSecret, admin: config.admin ?? (config.evolution ? null : await sandboxAdmin()) };
}

async function openOwnDatabase(config: Config, log: Log, closers: Close[]): Promise<string> {
  const server = await startEmbeddedPostgres({ dataDir: config.dataDir, log: (line) => log.info(line) });
  closers.push(() => server.stop());
  return server.url;
}

async function startSandbox(
  { config, clock }: AppContext,
  register: (server: { url: string; apiKey: string }) => Promise<unknown>,
  closers: Close[],
): Promise<void> {
  const simulator = await startSimulator({
    stateFile: join(config.dataDir, 'simulator.ndjson'),
    autoScanMs: 1500,
    createWaitMs: 300,
    connectWaitMs: 300,
    now: () => clock.now().getTime(),
    webhook: { timeoutMs: 10_000, maxAttempts: 10, initialDelayMs: 1000, maxDelayMs: 30_000 },
  });
  closers.push(() => simulator.close());
  await register({ url: simulator.url, apiKey: simulator.apiKey });
}
