import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { customType, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Primary key, uuid v7: made by the database where a row is inserted set-based, by `newId()` elsewhere. */
export const id = () => uuid().primaryKey().default(sql`uuid_v7()`);

/** An instant, stored in UTC. The property must end in `At`. */
export const instant = () => timestamp({ withTimezone: true, mode: 'date' });

export const createdAt = () => instant().notNull().defaultNow();
export const updatedAt = () => instant().notNull().defaultNow();

/** Only the SHA-256 (hex) of what is written is kept, and looked up: who reads the table, or a copy of it, has nothing. */
export const hashed = customType<{ data: string; driverData: string }>({
  dataType: () => 'text',
  toDriver: (secret) => createHash('sha256').update(secret).digest('hex'),
});
