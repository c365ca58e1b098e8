import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { type App, createApp } from '#src/app.ts';
import { readConfig } from '#src/config.ts';
import type { AppContext } from '#src/context.ts';
import { createContext } from '#src/create-context.ts';
import { migrateDatabase } from '#src/db/migrate.ts';
import { createLog } from '#src/platform/log.ts';
import type { LogSink } from '#src/platform/log-sink.ts';
import { type Call, type Cast, createCast, type Member, seatMember } from './cast.ts';
import { createDnsStandIn, type DnsStandIn } from './dns-stand-in.ts';
import { drain } from './drain.ts';
import { quickPasswords } from './quick-passwords.ts';
import { createTestClock, type TestClock } from './test-clock.ts';

export type World = AsyncDisposable & {
  ctx: AppContext;
  clock: TestClock;
  /** What the DNS says. */
  dns: DnsStandIn;
  databaseUrl: string;
  dataDir: string;
  /** 1,000 credits. */
  acme: Member;
  /** Exists to prove isolation; 1,000 credits too. */
  globex: Member;
  admin: Member;
  customers: Cast['customers'];
  /** Who is online is written when it is told. */
  presence: App['presence'];
  /** Nobody signed in. */
  call: Call;
  /** Runs due jobs, webhooks and sends until nothing is due at the world's clock. */
  drain(): Promise<void>;
};

export const AUTH_SECRET = 'x'.repeat(40);

export type WorldOptions = {
  now?: string;
  env?: Record<string, string>;
  logLevel?: string;
  /** Keeps its log in the database. */
  logSink?: LogSink;
  /** A database of the test's own, brought up to date first, instead of a clone. */
  databaseUrl?: string;
};

/** A world of its own: a database cloned from the template, the whole app on it, and the cast. Noon in Istanbul unless told. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const database = options.databaseUrl ? await useOwn(options.databaseUrl) : await cloneTemplate();
  const dataDir = await mkdtemp(join(tmpdir(), 'ulak-world-'));
  const clock = createTestClock(options.now ?? '2026-03-02T09:00:00Z');
  const config = readConfig({
    DATA_DIR: dataDir,
    DATABASE_POOL: '6',
    LOG_LEVEL: options.logLevel ?? 'fatal',
    ...options.env,
  });
  const dns = createDnsStandIn();
  const parts = {
    databaseUrl: database.url,
    publicUrl: 'http://127.0.0.1:3000',
    authSecret: AUTH_SECRET,
    clock,
    dns,
    background: false,
  };
  const { ctx, close } = await createContext(config, {
    ...parts,
    log: createLog(config.logLevel, undefined, options.logSink),
    logSink: options.logSink,
  });
  const quiet = { rateLimits: false, background: false, passwords: quickPasswords };
  const { app, presence, close: closeApp } = createApp(ctx, quiet);
  const call: Call = async (method, path, body, headers) => app.fetch(requestOf(method, path, body, headers));
  const cast = options.databaseUrl ? await createCast(ctx) : inject('cast');
  const [acme, globex, admin] = [cast.acme, cast.globex, cast.admin].map((seat) => seatMember(ctx, call, seat)) as [
    Member,
    Member,
    Member,
  ];
  return {
    ctx,
    clock,
    dns,
    databaseUrl: database.url,
    dataDir,
    acme,
    globex,
    admin,
    customers: cast.customers,
    presence,
    call,
    drain: () => drain(ctx),
    async [Symbol.asyncDispose]() {
      await closeApp();
      await close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function useOwn(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  await migrateDatabase(url);
  return { url, drop: async () => {} };
}

async function cloneTemplate(): Promise<{ url: string; drop(): Promise<void> }> {
  const serverUrl = inject('serverUrl');
  const name = `ulak_world_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`create database ${name} template ${inject('templateName')} strategy file_copy`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const drop = async () => {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  };
  return { url: url.href, drop };
}

/** JSON for objects; strings, bytes and forms as they are. */
function requestOf(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Request {
  const raw =
    typeof body === 'string' ||
    body instanceof FormData ||
    body instanceof Uint8Array ||
    body instanceof ReadableStream;
  const init: RequestInit & { duplex?: 'half' } = {
    method,
    headers: { ...(raw || body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  };
  if (body !== undefined) init.body = raw ? (body as NonNullable<RequestInit['body']>) : JSON.stringify(body);
  if (body instanceof ReadableStream) init.duplex = 'half';
  return new Request(new URL(path, 'http://127.0.0.1:3000'), init);
}
