import { join } from 'node:path';
import { createDns, type Dns } from './channels/dns/create-dns.ts';
import { type Carriers, createCarriers } from './channels/email/create-carriers.ts';
import { smtpTimeoutsAt } from './channels/email/smtp-timeouts.ts';
import { createEvolutionClients, timeoutsAt } from './channels/evolution/evolution-clients.ts';
import { createAwsSms } from './channels/sms/create-aws-sms.ts';
import { createNetgsm } from './channels/sms/create-netgsm.ts';
import type { SmsCarrier } from './channels/sms/sms-carrier.ts';
import { createHookClient } from './channels/webhooks/create-hook-client.ts';
import type { HookClient } from './channels/webhooks/hook-client.ts';
import type { Config } from './config.ts';
import type { AppContext } from './context.ts';
import { IDLE_TIMEOUT_MS, openDatabase } from './db/client.ts';
import { createSandboxCarrier } from './emails/sandbox/create-sandbox-carrier.ts';
import { startSandboxServer } from './emails/sandbox/start-sandbox-server.ts';
import { keepLogs } from './logs/keep-logs.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { createDiskStorage } from './platform/create-disk-storage.ts';
import { createS3Storage } from './platform/create-s3-storage.ts';
import { jobsOf, openJobs } from './platform/jobs.ts';
import type { Log } from './platform/log.ts';
import type { LogSink } from './platform/log-sink.ts';
import { createMetrics, type Metrics } from './platform/metrics.ts';
import { createSecretBox, type SecretBox } from './platform/secret-box.ts';
import type { Storage } from './platform/storage.ts';
import { noTracing, type Tracing, traceCalls } from './platform/tracing.ts';
import { queues } from './queues.ts';
import { createSandboxSms } from './sms/sandbox/create-sandbox-sms.ts';
import { provideTemplates } from './templates/provide-templates.ts';

/** However fast recovery is rehearsed: a busy process needs its time. */
const LEAST_IDLE_MS = 3_000;

export type ContextParts = {
  /** A migrated database. */
  databaseUrl: string;
  publicUrl: string;
  authSecret: string;
  log: Log;
  clock?: Clock | undefined;
  /** Lines that wait to be kept in the database. */
  logSink?: LogSink | null | undefined;
  /** Another way to look names up. */
  dns?: Dns | undefined;
  /** False in tests: pg-boss does nothing by itself. */
  background?: boolean;
};

/** Opens what the process owns; `close` gives all of it back, in the order that nothing is missed. */
export async function createContext(
  config: Config,
  parts: ContextParts,
): Promise<{ ctx: AppContext; close(): Promise<void> }> {
  const { log, publicUrl, authSecret, clock = systemClock, background = true } = parts;
  const idleTimeoutMs = Math.max(LEAST_IDLE_MS, IDLE_TIMEOUT_MS / config.recoverySpeed);
  const tracing = await startTracing(config, log);
  const database = openDatabase(parts.databaseUrl, { max: config.databasePool, idleTimeoutMs, tracing });
  const onError = (error: unknown) => log.error({ err: error }, 'queue error');
  const boss = await openJobs(parts.databaseUrl, queues, { onError, background, max: background ? 4 : 2 }).catch(
    async (error) => {
      await database.close();
      throw error;
    },
  );
  const metrics = createMetrics();
  const evolution = openEvolution(config, { metrics, tracing });
  const secrets = secretBoxOf(config, authSecret);
  const carriers = openCarriers(config, { db: database.db, clock, log, metrics, tracing }, secrets, authSecret);
  const sms = tracedSms(openSms(config, { db: database.db, clock }), tracing);
  const dns = parts.dns ?? createDns();
  const hooks = openHooks(config, dns, { metrics, tracing });
  const ctx: AppContext = {
    config,
    publicUrl,
    authSecret,
    db: database.db,
    client: database.client,
    boss,
    jobs: jobsOf(boss, database.db),
    evolution,
    carriers,
    sms,
    dns,
    hooks,
    storage: openStorage(config),
    secrets,
    clock,
    log,
    metrics,
    tracing,
    furnish: provideTemplates,
  };
  const logs = parts.logSink ? openLogs(parts.databaseUrl, parts.logSink, ctx) : null;
  const close = async () => {
    await logs?.close();
    await boss.stop({ graceful: false, close: true });
    evolution.close();
    hooks.close();
    await carriers.close();
    await sms?.close();
    ctx.storage.close();
    await database.close();
    await tracing.close();
  };
  return { ctx, close };
}

const openEvolution = ({ recoverySpeed }: Config, { metrics, tracing }: { metrics: Metrics; tracing: Tracing }) =>
  createEvolutionClients(
    timeoutsAt(recoverySpeed),
    (call, outcome, seconds) => metrics.evolutionCalls.observe({ call, outcome }, seconds),
    traceCalls(tracing, 'evolution'),
  );

/** OpenTelemetry is loaded where it is asked for only. */
async function startTracing({ tracing }: Config, log: Log): Promise<Tracing> {
  return tracing ? (await import('./platform/open-tracing.ts')).openTracing(tracing, log) : noTracing;
}

function tracedSms(sms: SmsCarrier | null, tracing: Tracing): SmsCarrier | null {
  const trace = traceCalls(tracing, 'sms');
  if (!sms || !trace) return sms;
  const send: SmsCarrier['send'] = (message) =>
    trace(
      sms.kind,
      () => sms.send(message),
      ({ kind }) => ({ outcome: kind, failed: kind !== 'accepted' }),
    );
  return { ...sms, send };
}

/** A connection of its own: keeping lines takes none from requests, and requests none from it. */
function openLogs(url: string, sink: LogSink, ctx: AppContext): { close(): Promise<void> } {
  const database = openDatabase(url, { max: 1, applicationName: 'ulak-logs' });
  keepLogs(database.db, sink, ctx);
  return {
    async close() {
      await sink.close();
      await database.close();
    },
  };
}

/** Sealed with the first of SECRET_KEYS, where there are any; whatever sealed before opens. */
export function secretBoxOf({ secretKeys, formerAuthSecrets }: Config, authSecret: string): SecretBox {
  const [newest = authSecret, ...others] = [...secretKeys, authSecret, ...formerAuthSecrets];
  return createSecretBox(newest, ...others);
}

function openStorage({ s3, dataDir }: Config): Storage {
  const directory = join(dataDir, 'files');
  return s3 ? createS3Storage(s3, directory) : createDiskStorage(directory);
}

/** With neither SMTP nor SES the carrier is the sandbox mailbox, which starts with the first mail. */
function openCarriers(
  config: Config,
  ctx: Pick<AppContext, 'db' | 'clock' | 'log' | 'metrics' | 'tracing'>,
  secrets: SecretBox,
  secret: string,
): Carriers {
  const timeouts = smtpTimeoutsAt(config.recoverySpeed);
  return createCarriers({
    mail: config.mail,
    sandbox: () => createSandboxCarrier(() => startSandboxServer(ctx), timeouts),
    allowPrivateTargets: config.allowPrivateTargets,
    secret,
    open: secrets.open,
    timeouts,
    watch: (carrier, outcome, seconds) => ctx.metrics.mails.observe({ carrier, outcome }, seconds),
    trace: traceCalls(ctx.tracing, 'mail'),
  });
}

/** With neither Netgsm nor AWS: the sandbox's list, but only where WhatsApp is not real either. */
function openSms({ sms, evolution }: Config, ctx: Pick<AppContext, 'db' | 'clock'>): SmsCarrier | null {
  if (sms.netgsm) return createNetgsm(sms.netgsm);
  if (sms.aws) return createAwsSms(sms.aws);
  return evolution === null ? createSandboxSms(ctx) : null;
}

/** Outside the sandbox they are encrypted, but where a private network was allowed. */
const openHooks = (
  { allowPrivateTargets, evolution }: Config,
  dns: Dns,
  { metrics, tracing }: Pick<AppContext, 'metrics' | 'tracing'>,
): HookClient =>
  createHookClient({
    allowPrivateTargets,
    allowInsecure: evolution === null,
    resolve: dns.addresses,
    watch: (outcome, seconds) => metrics.webhooksOut.observe({ outcome }, seconds),
    trace: traceCalls(tracing, 'webhook'),
  });
