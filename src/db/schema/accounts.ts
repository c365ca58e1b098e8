import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, hashed, id, instant, updatedAt } from './columns.ts';

export const userRoles = ['user', 'admin'] as const;
export const unknownPolicies = ['hold', 'resend-when-absent'] as const;
export const memberRoles = ['owner', 'consultant'] as const;

/** Minutes count from local midnight; 1440 is "24:00". Days are ISO weekdays. */
export type EmailWindow = { startMinute: number; endMinute: number; days: number[]; timeZone: string };

/** Property names of the first eight tables are better-auth's field names. */
export const users = pgTable(
  'users',
  {
    id: id(),
    name: text().notNull(),
    email: text().notNull(),
    emailVerified: boolean().notNull().default(false),
    image: text(),
    role: text({ enum: userRoles }).notNull().default('user'),
    banned: boolean().notNull().default(false),
    banReason: text(),
    banExpires: instant(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    /** Since then he is nobody: the row stays for what points at it, without who he was. */
    deletedAt: instant(),
  },
  (t) => [
    uniqueIndex('users_email_key').on(sql`lower(${t.email})`),
    index('users_created_idx').on(t.createdAt, t.id),
    index('users_admins_idx').on(t.id).where(sql`${t.role} = 'admin'`),
    index('users_banned_idx').on(t.id).where(sql`${t.banned}`),
    index('users_unverified_idx').on(t.id).where(sql`not ${t.emailVerified}`),
  ],
);

export const organizations = pgTable('organizations', {
  id: id(),
  name: text().notNull(),
  slug: text().notNull().unique(),
  logo: text(),
  metadata: text(),
  defaultRegion: text().notNull().default('TR'),
  /** What a customer writes to be left alone; null: the usual words. */
  optOutWords: text().array(),
  /** What happens to a message of which Evolution knows nothing: a person decides, or it is sent again. */
  unknownPolicy: text({ enum: unknownPolicies }).notNull().default('hold'),
  /** For so many days after a campaign's message, what its customer writes counts as an answer to it. */
  replyDays: integer().notNull().default(7),
  /** When marketing mail may go out; null: at any time. */
  emailWindow: jsonb().$type<EmailWindow>(),
  /** False: no campaign follows who opens its mail or clicks, whatever it says itself. */
  mailTracking: boolean().notNull().default(true),
  /** What texts may say of the business; null: not told. */
  address: text(),
  phone: text(),
  website: text(),
  workingHours: text(),
  mapUrl: text(),
  /** When it got the templates that come with an account; null: with the first look at them. */
  templatesProvidedAt: instant(),
  createdAt: createdAt(),
  /** Since then it is nobody's: the row stays for its statements. */
  deletedAt: instant(),
});

export const members = pgTable(
  'members',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text({ enum: memberRoles }).notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('members_user_organization_key').on(t.userId, t.organizationId),
    index('members_organization_idx').on(t.organizationId),
  ],
);

export const invitations = pgTable(
  'invitations',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    email: text().notNull(),
    role: text(),
    status: text().notNull().default('pending'),
    inviterId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: instant().notNull(),
    createdAt: createdAt(),
  },
  (t) => [index('invitations_organization_idx').on(t.organizationId), index('invitations_email_idx').on(t.email)],
);

export const sessions = pgTable(
  'sessions',
  {
    id: id(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    token: hashed().notNull().unique(),
    expiresAt: instant().notNull(),
    ipAddress: text(),
    userAgent: text(),
    activeOrganizationId: uuid(),
    /** The platform admin who acts as the user in it. */
    impersonatedBy: uuid(),
    /** To the minute; null: not yet. */
    lastUsedAt: instant(),
    /** Where it was used from last; null: where it was opened. */
    lastAddress: text(),
    /** Its user is online by it from then to then; the end is put off while he is heard of. */
    onlineSinceAt: instant(),
    onlineUntilAt: instant(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    index('sessions_user_idx').on(t.userId),
    index('sessions_expires_at_idx').on(t.expiresAt),
    index('sessions_impersonated_idx').on(t.impersonatedBy).where(sql`${t.impersonatedBy} is not null`),
    index('sessions_online_idx').on(t.onlineUntilAt).where(sql`${t.onlineUntilAt} is not null`),
  ],
);

/** Ways to sign in (better-auth "account"): here always a password. */
export const credentials = pgTable(
  'credentials',
  {
    id: id(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accountId: text().notNull(),
    providerId: text().notNull(),
    accessToken: text(),
    refreshToken: text(),
    idToken: text(),
    accessTokenExpiresAt: instant(),
    refreshTokenExpiresAt: instant(),
    scope: text(),
    password: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('credentials_user_idx').on(t.userId)],
);

export const verifications = pgTable(
  'verifications',
  {
    id: id(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: instant().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('verifications_identifier_idx').on(t.identifier)],
);

export const apiKeys = pgTable(
  'api_keys',
  {
    id: id(),
    configId: text().notNull().default('default'),
    name: text(),
    start: text(),
    prefix: text(),
    key: text().notNull().unique(),
    /** The user the key belongs to. */
    referenceId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    refillInterval: integer(),
    refillAmount: integer(),
    lastRefillAt: instant(),
    enabled: boolean().notNull().default(true),
    rateLimitEnabled: boolean().notNull().default(true),
    rateLimitTimeWindow: integer(),
    rateLimitMax: integer(),
    requestCount: integer().notNull().default(0),
    remaining: integer(),
    lastRequest: instant(),
    expiresAt: instant(),
    permissions: text(),
    metadata: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('api_keys_reference_idx').on(t.referenceId)],
);

/** better-auth's request counters (sign-in attempts and the like), shared by all processes. */
export const rateLimits = pgTable('rate_limits', {
  id: id(),
  key: text().notNull().unique(),
  count: integer().notNull(),
  lastRequest: bigint({ mode: 'number' }).notNull(),
});

/** How gently a user's number writes. What is not stored is the platform's default (windows/pacing.ts). */
export type Pacing = {
  /** Messages in any 60 minutes at most. */
  hourlyCap: number | null;
  /** First messages a day at most, to customers never written with before. */
  coldDailyCap: number | null;
  /** Whether a newly connected number begins with few messages a day. */
  warmUp: boolean;
  warmUpCurve: { firstDay: number; growth: number; days: number };
  /** A longer pause after about so many messages. */
  pauseEvery: { messages: number; minSeconds: number; maxSeconds: number } | null;
  /** No message is begun in the window's last seconds. */
  closingBufferSeconds: number;
  /** Whether longer delays follow a reconnect. */
  reconnectRamp: boolean;
  /** Whether the recipient sees "typing…" before a text. */
  typing: boolean;
};

/** A user's own clock, language and pace. Minutes count from local midnight; 1440 is "24:00". */
export const userSettings = pgTable('user_settings', {
  userId: uuid()
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  organizationId: uuid()
    .notNull()
    .references(() => organizations.id, { onDelete: 'cascade' }),
  timeZone: text().notNull().default('Europe/Istanbul'),
  locale: text({ enum: ['tr', 'en'] })
    .notNull()
    .default('tr'),
  windowStartMinute: smallint().notNull().default(540),
  windowEndMinute: smallint().notNull().default(1320),
  /** ISO weekdays, 1 is Monday. */
  windowDays: smallint().array().notNull().default(sql`'{1,2,3,4,5,6,7}'`),
  delayMinSeconds: integer().notNull().default(8),
  delayMaxSeconds: integer().notNull().default(20),
  dailyCap: integer(),
  pacing: jsonb().$type<Partial<Pacing>>().notNull().default({}),
  /** Whether he is told by mail that a campaign of his is over. */
  mailCampaignFinished: boolean().notNull().default(true),
  /** Whether he is told by mail what customers answer about his appointments. */
  mailAppointments: boolean().notNull().default(true),
  /** He is told by mail when fewer credits than that are available; null: never. */
  lowCredits: integer().default(50),
  updatedAt: updatedAt(),
});

/** The answer once given to a POST, by the caller's own key. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** Of somebody who is not signed in: made of what he calls himself. */
    userId: uuid().notNull(),
    route: text().notNull(),
    key: text().notNull(),
    requestHash: text().notNull(),
    /** Set in the transaction that carried out the request, so a crash cannot hide that it took effect. */
    appliedAt: instant(),
    completedAt: instant(),
    lockedUntilAt: instant().notNull(),
    status: smallint(),
    headers: jsonb().$type<Record<string, string>>(),
    body: text(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.route, t.key] }),
    index('idempotency_keys_created_at_idx').on(t.createdAt),
  ],
);
