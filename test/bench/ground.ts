import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { createApp } from '#src/app.ts';
import { readConfig } from '#src/config.ts';
import type { AppContext } from '#src/context.ts';
import { createContext } from '#src/create-context.ts';
import { migrateDatabase } from '#src/db/migrate.ts';
import { startEmbeddedPostgres } from '#src/platform/embedded/start-embedded-postgres.ts';
import { createLog } from '#src/platform/log.ts';

/** A PostgreSQL of its own, as durable as in production, and a migrated database to clone. */
export type Ground = AsyncDisposable & {
  version: string;
  postmaster: number;
  dataDir: string;
  open(env?: Record<string, string>): Promise<Site>;
};

/** A database of its own with the whole app on it, served over HTTP by this process. */
export type Site = AsyncDisposable & { ctx: AppContext; url: string; databaseUrl: string };

export const AUTH_SECRET = 'benchmark'.repeat(5);
/** Counts statements; everything else stays as the app sets it. */
const SETTINGS = { shared_preload_libraries: 'pg_stat_statements' };

export async function openGround(): Promise<Ground> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ulak-bench-'));
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
  const template = databaseAt(server.url, 'bench_template');
  await tell(server.url, 'create database bench_template');
  await migrateDatabase(template);
  await tell(template, 'create extension pg_stat_statements');
  const [row] = await tell(server.url, 'show server_version');
  const postmaster = Number(
    (await readFile(join(server.directory, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0],
  );
  let opened = 0;
  return {
    postmaster,
    dataDir,
    version: String(row!['server_version']).split(' ')[0]!,
    async open(env = {}) {
      const name = `bench_${++opened}`;
      await tell(server.url, `create database ${name} template bench_template`);
      return openSite(databaseAt(server.url, name), { DATA_DIR: dataDir, LOG_LEVEL: 'error', ...env });
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(server.directory, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** One statement over a connection of its own. */
export async function tell(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

function databaseAt(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function openSite(databaseUrl: string, env: Record<string, string>): Promise<Site> {
  const config = readConfig(env);
  const parts = { databaseUrl, publicUrl: '', authSecret: AUTH_SECRET, log: createLog('error'), background: false };
  const { ctx, close } = await createContext(config, parts);
  const { app, close: closeApp } = createApp(ctx, { rateLimits: false });
  const server = await listen(app.fetch);
  ctx.publicUrl = urlOf(server);
  await ctx.db.execute(sql`insert into platform_settings (window_start_minute, window_end_minute) values (0, 1440)`);
  return {
    ctx,
    url: ctx.publicUrl,
    databaseUrl,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await closeApp();
      await close();
    },
  };
}

/** Serves on a free port of the loopback. */
export const listen = (fetch: (request: Request) => Response | Promise<Response>): Promise<Server> =>
  new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(server as Server));
  });

export const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
