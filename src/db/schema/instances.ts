import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, real, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations, users } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';

/** What a breaker holds back: every message, or those to customers never written with before. */
export const breakerScopes = ['all', 'cold'] as const;
/** `half-open`: one message is out to find out. */
export const breakerStates = ['closed', 'open', 'half-open'] as const;
export const instanceStatuses = ['connecting', 'open', 'closed', 'logged-out', 'blocked'] as const;

export const evolutionServers = pgTable('evolution_servers', {
  id: id(),
  url: text().notNull().unique(),
  /** Encrypted (platform/secret-box). */
  apiKey: text().notNull(),
  capacity: integer().notNull().default(50),
  enabled: boolean().notNull().default(true),
  /** Null: not asked yet. True: the server keeps the message id that we choose (2.4). */
  keepsOwnMessageId: boolean(),
  /** What the last look at it said; null: not looked yet. */
  reachable: boolean(),
  version: text(),
  latencyMs: integer(),
  checkedAt: instant(),
  /** Since when it has been reachable, or has not. */
  reachableSinceAt: instant(),
  lastError: text(),
  lastErrorAt: instant(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** A user's WhatsApp connection. Kept after deletion (deleted_at) because messages point at it. */
export const instances = pgTable(
  'instances',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Null only for a deleted instance whose server is gone too. */
    evolutionServerId: uuid().references(() => evolutionServers.id, { onDelete: 'restrict' }),
    name: text().notNull(),
    /** The instanceName at Evolution: generated, never the user's words. */
    providerName: text().notNull().unique(),
    /** Encrypted. */
    token: text().notNull(),
    /** SHA-256 (hex) of the secret path segment of its webhook. */
    webhookSecretHash: text().notNull().unique(),
    /** Encrypted; the same secret, so that the webhook can be set again. */
    webhookSecret: text().notNull(),
    /** Encrypted; signs the webhooks' JWT. */
    webhookJwtKey: text().notNull(),
    status: text({ enum: instanceStatuses }).notNull().default('connecting'),
    statusReason: text(),
    /** WhatsApp's own number for a final close: 401, 402, 403, 406. */
    disconnectCode: integer(),
    /** E.164, known once open. */
    phone: text(),
    profileName: text(),
    qrCode: text(),
    qrImage: text(),
    qrExpiresAt: instant(),
    pairingCode: text(),
    statusChangedAt: createdAt(),
    connectedAt: instant(),
    /** Since when this phone number is connected here, over reconnects; another number begins anew. Warm-up counts from it. */
    numberSinceAt: instant(),
    /** Since when Evolution is known to have it; null: the call to create it has not been answered yet. */
    provisionedAt: instant(),
    /** The last call to connect: not made again within seconds, for each one may start another socket there. */
    connectAskedAt: instant(),
    /** The last time Evolution was asked for the state. */
    checkedAt: instant(),
    /** Until when Evolution's messages are known to have reached us, and when they were last compared. */
    comparedUntilAt: instant(),
    comparedAt: instant(),
    /** Evolution's own time of the last connection event: a late, older one is not news. Never shown. */
    providerEventAt: instant(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    /** Where it is being moved to; nothing is sent until it has arrived and its QR code was scanned. */
    movingToServerId: uuid().references(() => evolutionServers.id, { onDelete: 'restrict' }),
    movingSinceAt: instant(),
    deletingAt: instant(),
    deletedAt: instant(),
  },
  (t) => [
    index('instances_moving_idx').on(t.movingToServerId).where(sql`${t.movingToServerId} is not null`),
    index('instances_list_idx').on(t.organizationId, t.id).where(sql`${t.deletedAt} is null`),
    uniqueIndex('instances_user_key').on(t.userId).where(sql`${t.deletingAt} is null and ${t.deletedAt} is null`),
    index('instances_user_idx').on(t.userId, t.id),
    index('instances_server_idx').on(t.evolutionServerId).where(sql`${t.deletedAt} is null`),
  ],
);

/** What a moved instance has left on its former server, until it is gone there. */
export const instanceLeftovers = pgTable(
  'instance_leftovers',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    instanceId: uuid()
      .notNull()
      .references(() => instances.id, { onDelete: 'cascade' }),
    evolutionServerId: uuid()
      .notNull()
      .references(() => evolutionServers.id, { onDelete: 'restrict' }),
    providerName: text().notNull().unique(),
    checkedAt: instant(),
    createdAt: createdAt(),
  },
  (t) => [
    index('instance_leftovers_server_idx').on(t.evolutionServerId),
    index('instance_leftovers_instance_idx').on(t.instanceId),
  ],
);

/** The one queue of a number. Its row lock, fence and lease are what keeps two messages from being in flight at once. */
export const lanes = pgTable(
  'lanes',
  {
    instanceId: uuid()
      .primaryKey()
      .references(() => instances.id, { onDelete: 'cascade' }),
    organizationId: uuid().notNull(),
    userId: uuid().notNull(),
    /** When a worker should look at it next; null: nothing to send. */
    dueAt: instant(),
    /** No message of this number before this instant (the random delay), whatever happens to processes. */
    nextAllowedAt: instant(),
    /** Rises with every claim; a late worker's writes carry an older one and are refused. */
    fence: integer().notNull().default(0),
    inFlightMessageId: uuid(),
    leaseUntilAt: instant(),
    /** Messages that may be claimed before the next longer pause; null: not drawn yet. */
    untilPause: integer(),
  },
  (t) => [index('lanes_due_idx').on(t.dueAt).where(sql`${t.dueAt} is not null`)],
);

/** The circuit breakers of a number. No row: closed, and it never was otherwise. */
export const laneHealth = pgTable(
  'lane_health',
  {
    instanceId: uuid()
      .notNull()
      .references(() => instances.id, { onDelete: 'cascade' }),
    organizationId: uuid().notNull(),
    scope: text({ enum: breakerScopes }).notNull(),
    state: text({ enum: breakerStates }).notNull().default('closed'),
    reason: text(),
    sinceAt: instant().notNull(),
    /** While open: when a message may try again. While half-open: until when that one's ack is waited for. */
    retryAt: instant(),
    /** Openings in a row: the wait doubles with each. */
    openings: integer().notNull().default(0),
    probeMessageId: uuid(),
    /** Only what was sent after this is judged. */
    watchFromAt: instant(),
    errorRate: real(),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.scope] }),
    index('lane_health_open_idx').on(t.retryAt).where(sql`${t.state} <> 'closed'`),
  ],
);
