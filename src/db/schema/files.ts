import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { createdAt, id, instant } from './columns.ts';

export const mediaKinds = ['image', 'video', 'audio', 'voice', 'document'] as const;

/**
 * Bytes that are kept, once in an organization however many files have them. Goes with the last of its files, by a trigger;
 * its key then waits in `discarded_contents`. No two lives of the same bytes have the same key.
 */
export const storedContents = pgTable(
  'stored_contents',
  {
    organizationId: uuid().notNull(),
    sha256: text().notNull(),
    storageKey: text().notNull(),
    /** Null: none was asked for yet. */
    thumbnailKey: text(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.sha256] }),
    uniqueIndex('stored_contents_key').on(t.storageKey),
    uniqueIndex('stored_contents_thumbnail_key').on(t.thumbnailKey),
  ],
);

/** A file as it is sent or shown. Same bytes, name and kind in one organization: one row, which refers to its bytes. */
export const media = pgTable(
  'media',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid().notNull(),
    kind: text({ enum: mediaKinds }).notNull(),
    mimeType: text().notNull(),
    sizeBytes: bigint({ mode: 'number' }).notNull(),
    sha256: text().notNull(),
    fileName: text().notNull(),
    voiceNote: boolean().notNull().default(false),
    durationSeconds: integer(),
    storageKey: text().notNull(),
    /** Uploaded to be sent, and not taken out since. Else it lives as long as a message or a customer has it. */
    inLibrary: boolean().notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('media_content_key').on(t.organizationId, t.sha256, t.kind, t.fileName),
    index('media_library_idx').on(t.organizationId, t.id).where(sql`${t.inLibrary}`),
  ],
);

/** `waits`: for somebody to be a customer; `due`: he is one, and his Files tab gets it. */
export const lateFilings = ['waits', 'due'] as const;

/** Which file a message brought us. */
export const receivedFiles = pgTable(
  'received_files',
  {
    messageId: uuid().primaryKey(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    mediaId: uuid()
      .notNull()
      .references(() => media.id),
    /** Of a picture or a document from somebody who was no customer. */
    filing: text({ enum: lateFilings }),
    createdAt: createdAt(),
  },
  (t) => [
    index('received_files_media_idx').on(t.mediaId),
    index('received_files_due_idx').on(t.messageId).where(sql`${t.filing} = 'due'`),
  ],
);

/** Media that lost a message, a customer or its place in the library: to be looked at, whether it is needed any more. */
export const looseMedia = pgTable(
  'loose_media',
  {
    mediaId: uuid().primaryKey(),
    organizationId: uuid().notNull(),
    /** Not before; null: at once. */
    dueAt: instant(),
  },
  (t) => [index('loose_media_due_idx').on(t.dueAt)],
);

/** Keys of the storage whose bytes nobody has any more. */
export const discardedContents = pgTable('discarded_contents', {
  storageKey: text().primaryKey(),
  organizationId: uuid().notNull(),
  createdAt: createdAt(),
});
