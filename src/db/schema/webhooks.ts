import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export const disabledReasons = ['by-hand', 'gone', 'failing'] as const;
export const replayStatuses = ['queued', 'running', 'completed'] as const;

/** A URL of the organization's that is told what happens. Also the lane of its deliveries: one worker at a time has a turn. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    url: text().notNull(),
    description: text(),
    /** Types as chosen: `message.received`, `campaign.*`, `*`. */
    events: text().array().notNull(),
    enabled: boolean().notNull().default(true),
    disabledReason: text({ enum: disabledReasons }),
    disabledAt: instant(),
    /** `whsec_…`, encrypted. */
    secretSealed: text().notNull(),
    /** The one before a rotation; signs too until then. */
    previousSecretSealed: text(),
    previousSecretUntilAt: instant(),
    /** Attempts in a row that went wrong, and since when none went well. */
    failuresInRow: integer().notNull().default(0),
    failingSinceAt: instant(),
    lastSuccessAt: instant(),
    /** It answers, but takes its time. */
    slow: boolean().notNull().default(false),
    /** Nothing is sent to it before then: it asked for it, or keeps failing. */
    pausedUntilAt: instant(),
    /** Somebody tries it out; nobody else until then. */
    pingUntilAt: instant(),
    /** Who has its turn, until when; and when it last had one. */
    leasedBy: uuid(),
    leaseUntilAt: instant(),
    turnAt: instant(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    deletedAt: instant(),
  },
  (t) => [
    index('webhook_endpoints_organization_idx').on(t.organizationId, t.id).where(sql`${t.deletedAt} is null`),
    index('webhook_endpoints_deleted_idx').on(t.deletedAt).where(sql`${t.deletedAt} is not null`),
  ],
);

/** What was told, or would have been: written by a trigger on live_events where the organization has an endpoint that wants it. */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    /** The webhook-id: the same in every attempt, at every endpoint, in every replay. */
    id: id(),
    organizationId: uuid().notNull(),
    type: text().notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    occurredAt: instant().notNull(),
  },
  (t) => [
    index('webhook_events_organization_idx').on(t.organizationId, t.occurredAt, t.id),
    index('webhook_events_occurred_idx').on(t.occurredAt),
    index('webhook_events_customer_idx')
      .on(sql`(${t.data} ->> 'customerId')`)
      .where(sql`${t.data} ->> 'customerId' is not null`),
  ],
);

/** An event on its way to an endpoint; kept as its delivery log. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: id(),
    organizationId: uuid().notNull(),
    endpointId: uuid()
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    eventId: uuid()
      .notNull()
      .references(() => webhookEvents.id, { onDelete: 'cascade' }),
    eventType: text().notNull(),
    status: text({ enum: deliveryStatuses }).notNull().default('pending'),
    /** Since it was made or last replayed; what is recorded of an attempt counts once by it. */
    attempts: smallint().notNull().default(0),
    /** Grows with every replay: an attempt that was begun before one says nothing of what comes after. */
    run: integer().notNull().default(1),
    /** Null: done with. */
    dueAt: instant(),
    deliveredAt: instant(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('webhook_deliveries_event_key').on(t.eventId, t.endpointId),
    index('webhook_deliveries_due_idx').on(t.endpointId, t.dueAt).where(sql`${t.dueAt} is not null`),
    index('webhook_deliveries_endpoint_idx').on(t.endpointId, t.id),
    index('webhook_deliveries_status_idx').on(t.endpointId, t.status, t.id),
    index('webhook_deliveries_type_idx').on(t.endpointId, t.eventType, t.id),
  ],
);

export const webhookAttempts = pgTable(
  'webhook_attempts',
  {
    id: id(),
    organizationId: uuid().notNull(),
    deliveryId: uuid()
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
    attemptedAt: instant().notNull(),
    /** Null: no answer. */
    statusCode: smallint(),
    error: text(),
    tookMilliseconds: integer().notNull(),
    /** The beginning of what it answered. */
    response: text(),
  },
  (t) => [index('webhook_attempts_delivery_idx').on(t.deliveryId, t.id)],
);

/** Events of a stretch of time that are delivered once more. */
export const webhookReplays = pgTable(
  'webhook_replays',
  {
    id: id(),
    organizationId: uuid().notNull(),
    endpointId: uuid()
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    fromAt: instant().notNull(),
    toAt: instant().notNull(),
    /** Types as chosen; null: whatever the endpoint wants. */
    events: text().array(),
    status: text({ enum: replayStatuses }).notNull().default('queued'),
    /** How far it has come. */
    reachedAt: instant(),
    reachedId: uuid(),
    queuedCount: integer().notNull().default(0),
    createdAt: createdAt(),
    completedAt: instant(),
  },
  (t) => [
    index('webhook_replays_endpoint_idx').on(t.endpointId, t.id),
    uniqueIndex('webhook_replays_open_key').on(t.endpointId).where(sql`${t.status} <> 'completed'`),
  ],
);
