import type { PgBoss } from 'pg-boss';
import type { Dns } from './channels/dns/create-dns.ts';
import type { Carriers } from './channels/email/create-carriers.ts';
import type { EvolutionClients } from './channels/evolution/evolution-clients.ts';
import type { SmsCarrier } from './channels/sms/sms-carrier.ts';
import type { HookClient } from './channels/webhooks/hook-client.ts';
import type { Config } from './config.ts';
import type { Client, Db } from './db/client.ts';
import type { memberRoles } from './db/schema/accounts.ts';
import { beltedOf, outsideOf } from './db/session.ts';
import type { Clock } from './platform/clock.ts';
import { type Jobs, jobsOf } from './platform/jobs.ts';
import type { Language } from './platform/language.ts';
import type { Log } from './platform/log.ts';
import type { Metrics } from './platform/metrics.ts';
import type { SecretBox } from './platform/secret-box.ts';
import type { Storage } from './platform/storage.ts';
import type { Tracing } from './platform/tracing.ts';

/** What the process owns. */
export type AppContext = {
  config: Config;
  /** How Evolution, mail readers and browsers reach us. */
  publicUrl: string;
  db: Db;
  /** The driver below Drizzle, for LISTEN and NOTIFY only. */
  client: Client;
  boss: PgBoss;
  jobs: Jobs;
  evolution: EvolutionClients;
  carriers: Carriers;
  /** Null: neither configured nor the sandbox; no SMS is sent. */
  sms: SmsCarrier | null;
  dns: Dns;
  /** Posts to URLs that organizations gave us. */
  hooks: HookClient;
  storage: Storage;
  secrets: SecretBox;
  /** Signs sessions and derives keys. */
  authSecret: string;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  tracing: Tracing;
  /** What a new organization is given, in the transaction that makes it: rooms above accounts know what. */
  furnish: (ctx: AppContext, organization: { organizationId: string; language: Language }) => Promise<unknown>;
  /** Set inside `inTransaction`. */
  transaction?: true;
  /** Called first in every transaction of a request: who asks must still stand. */
  afterBegin?: (ctx: AppContext) => Promise<void>;
  /** Called in every transaction of a request, before it commits (idempotency keys hang here). */
  beforeCommit?: (ctx: AppContext) => Promise<void>;
  /** Inside `inTransaction`: what is called when it has committed. Must not fail. */
  afterCommit?: Set<() => void>;
};

export type Actor = { type: 'user' | 'apiKey' | 'job' | 'webhook' | 'admin'; id: string | null };

/** The app, narrowed to one organization and one actor. */
export type OrgContext = AppContext & {
  organizationId: string;
  userId: string;
  role: (typeof memberRoles)[number];
  isAdmin: boolean;
  actor: Actor;
  /** Null: everything the user may; else what the API key may. */
  scopes: string[] | null;
  language: Language;
  requestId: string | null;
  /** Where the request came from. */
  address: string | null;
  /** The platform admin who acts as this user, while he does. */
  impersonatorId: string | null;
  /** By which he is signed in. */
  sessionId: string | null;
};

/** What an activity is signed with where nobody of the organization acts. */
export const unasked = { requestId: null, address: null, impersonatorId: null, sessionId: null } as const;

/**
 * Runs `work` in one transaction: rows, ledger, activity and jobs commit together. Inside one already, it joins it.
 * No network call may happen in `work`.
 */
export async function inTransaction<C extends AppContext, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  if (ctx.transaction) return work(ctx);
  const afterCommit = new Set<() => void>();
  const result = await ctx.db.transaction(async (tx) => {
    const inner: C = { ...ctx, db: tx, jobs: jobsOf(ctx.boss, outsideOf(tx)), transaction: true, afterCommit };
    await ctx.afterBegin?.(inner);
    const result = await work(inner);
    await ctx.beforeCommit?.(outsideBelt(inner));
    return result;
  });
  for (const call of afterCommit) call();
  return result;
}

/**
 * The second belt: whatever a statement forgets to say, of tenant tables it sees and changes one organization's rows only
 * (PostgreSQL's row level security). Jobs are sent round it.
 */
export const underBelt = <C extends AppContext>(ctx: C, organizationId: string): C => ({
  ...ctx,
  db: beltedOf(ctx.db, organizationId),
});

/**
 * Round the belt, on the same connection and in the same transaction: for what is not the organization's own, and for searches
 * by an index that row level security cannot use. test/house/belt-rules.ts lists who does so and why.
 */
export const outsideBelt = <C extends AppContext>(ctx: C): C => ({ ...ctx, db: outsideOf(ctx.db) });

/** The app acting for one user by itself: a job or a webhook, not a request. */
export const actFor = (
  ctx: AppContext,
  owner: { organizationId: string; userId: string },
  actor: Actor['type'] = 'job',
): OrgContext => ({
  ...ctx,
  organizationId: owner.organizationId,
  userId: owner.userId,
  role: 'owner',
  isAdmin: false,
  actor: { type: actor, id: null },
  scopes: null,
  language: 'en',
  ...unasked,
});
