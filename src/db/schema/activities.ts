import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';

export const actorTypes = ['user', 'apiKey', 'job', 'webhook', 'admin'] as const;

/**
 * The audit trail: who did what, when. Partitioned by month of `createdAt` (`make_activity_month`), append-only, so every list goes by
 * (createdAt, id).
 */
export const activities = pgTable(
  'activities',
  {
    id: uuid().notNull().default(sql`uuid_v7()`),
    organizationId: uuid(),
    userId: uuid(),
    actorType: text({ enum: actorTypes }).notNull(),
    actorId: text(),
    verb: text().notNull(),
    subjectType: text().notNull(),
    subjectId: text(),
    details: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    /** Of the fields that changed: what was there, what is there. */
    changes: jsonb().$type<Record<string, [before: unknown, after: unknown]>>(),
    /** The platform admin who acted as the user. */
    impersonatorId: uuid(),
    /** Where the request came from. */
    address: text(),
    requestId: text(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.createdAt] }),
    index('activities_created_at_idx').on(t.createdAt, t.id),
    index('activities_organization_idx').on(t.organizationId, t.createdAt, t.id),
    index('activities_user_idx').on(t.userId, t.createdAt, t.id),
    index('activities_organization_verb_idx').on(t.organizationId, t.verb, t.createdAt, t.id),
    index('activities_verb_idx').on(t.verb, t.createdAt, t.id),
    index('activities_organization_actor_type_idx').on(t.organizationId, t.actorType, t.createdAt, t.id),
    index('activities_actor_type_idx').on(t.actorType, t.createdAt, t.id),
    index('activities_actor_idx').on(t.actorId, t.createdAt, t.id),
    index('activities_subject_idx').on(t.subjectId, t.createdAt, t.id),
    // how erasing a customer finds what is about something that hangs on him
    index('activities_customer_idx').on(sql`(${t.details} ->> 'customerId')`).where(sql`${t.details} ? 'customerId'`),
    index('activities_impersonator_idx')
      .on(t.impersonatorId, t.createdAt, t.id)
      .where(sql`${t.impersonatorId} is not null`),
    index('activities_impersonated_idx')
      .on(t.organizationId, t.createdAt, t.id)
      .where(sql`${t.impersonatorId} is not null`),
    index('activities_address_idx').on(t.address, t.createdAt, t.id).where(sql`${t.address} is not null`),
    index('activities_request_idx').on(t.requestId, t.createdAt, t.id).where(sql`${t.requestId} is not null`),
  ],
);
