import { date, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { sendingIdentities } from './emails.ts';

export const mailProviders = ['gmail', 'microsoft', 'yahoo', 'icloud', 'yandex', 'other'] as const;

/** How many mails an identity has begun on a day (UTC) to mailboxes of one provider, while it is being warmed up there. */
export const identityProviderDays = pgTable(
  'identity_provider_days',
  {
    identityId: uuid()
      .notNull()
      .references(() => sendingIdentities.id, { onDelete: 'cascade' }),
    organizationId: uuid().notNull(),
    day: date({ mode: 'string' }).notNull(),
    provider: text({ enum: mailProviders }).notNull(),
    sentCount: integer().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.identityId, t.day, t.provider] })],
);
