import { mkdir } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { startSimulator } from '#evolution/simulator/start-simulator.ts';
import { ensureAdmin } from './accounts/ensure-admin.ts';
import { type App, createApp } from './app.ts';
import type { Config } from './config.ts';
import { createContext } from './create-context.ts';
import { migrateDatabase } from './db/migrate.ts';
import { ensureEvolutionServer } from './instances/ensure-evolution-server.ts';
import type { Clock } from './platform/clock.ts';
import { startEmbeddedPostgres } from './platform/embedded/start-embedded-postgres.ts';
import { keepSecret } from './platform/keep-secret.ts';
import type { Log } from './platform/log.ts';
import { startWorker } from './worker.ts';

export type Ulak = { url: string; admin: { email: string; password: string } | null; stop(): Promise<void> };

/** Starts everything this process is configured to be. `stop` ends it in the opposite order and leaves nothing behind. */
export async function startUlak(given: Config, log: Log, clock?: Clock): Promise<Ulak> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse())
      await close().catch((error) => log.error({ err: error }, 'not closed cleanly'));
  };
  try {
    await mkdir(given.dataDir, { recursive: true });
    const config = await completeConfig(given);
    const databaseUrl = await openOwnDatabase(config, log, closers);
    await migrateDatabase(databaseUrl);
    const publicUrl = config.publicUrl ?? `http://127.0.0.1:${config.port}`;
    const { ctx, close } = await createContext(config, {
      databaseUrl,
      publicUrl,
      authSecret: config.authSecret!,
      log,
      clock,
    });
    closers.push(close);
    const app = createApp(ctx);
    await ensureAdmin(ctx, app.auth);
    const isApi = config.roles.includes('api');
    if (config.evolution) await ensureEvolutionServer(ctx, config.evolution);
    else if (isApi)
      await startSandbox(config, (server) => ensureEvolutionServer(ctx, { ...server, replaceSandbox: true }), closers);
    if (isApi) await listen(app, config, closers);
    if (config.roles.includes('worker')) {
      const worker = await startWorker(ctx);
      closers.push(() => worker.stop());
    }
    return { url: publicUrl, admin: config.admin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In the sandbox, what must be secret is made once and kept in DATA_DIR. */
async function completeConfig(config: Config): Promise<Config> {
  if (config.authSecret && config.admin) return config;
  const authSecret = config.authSecret ?? (await keepSecret(join(config.dataDir, 'auth-secret')));
  const sandboxAdmin = async () => ({
    email: 'admin@ulak.local',
    password: await keepSecret(join(config.dataDir, 'admin-password'), 12),
  });
  return { ...config, authSecret, admin: config.admin ?? (config.evolution ? null : await sandboxAdmin()) };
}

async function openOwnDatabase(config: Config, log: Log, closers: (() => Promise<unknown>)[]): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl;
  const server = await startEmbeddedPostgres({ dataDir: config.dataDir, log: (line) => log.info(line) });
  closers.push(() => server.stop());
  return server.url;
}

async function startSandbox(
  config: Config,
  register: (server: { url: string; apiKey: string }) => Promise<unknown>,
  closers: (() => Promise<unknown>)[],
): Promise<void> {
  const simulator = await startSimulator({
    stateFile: join(config.dataDir, 'simulator.ndjson'),
    autoScanMs: 1500,
    createWaitMs: 300,
    connectWaitMs: 300,
    webhook: { timeoutMs: 10_000, maxAttempts: 10, initialDelayMs: 1000, maxDelayMs: 30_000 },
  });
  closers.push(() => simulator.close());
  await register({ url: simulator.url, apiKey: simulator.apiKey });
}

/** Resolves when requests are taken. Closing refuses new ones and lets those under way end. */
async function listen({ app, close }: App, config: Config, closers: (() => Promise<unknown>)[]): Promise<void> {
  const server = await new Promise<Server>((resolve, reject) => {
    const created = serve({ fetch: app.fetch, port: config.port, hostname: config.host }, (_info: AddressInfo) =>
      resolve(created as Server),
    );
    created.on('error', reject);
  });
  closers.push(async () => {
    const ended = new Promise((resolve) => server.close(resolve));
    await close();
    (server as { closeIdleConnections?(): void }).closeIdleConnections?.();
    await ended;
  });
}
