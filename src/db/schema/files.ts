import { bigint, boolean, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { createdAt, id } from './columns.ts';

export const mediaKinds = ['image', 'video', 'audio', 'voice', 'document'] as const;

/** An uploaded file, checked against WhatsApp's limits. Same bytes, name and kind in one organization: one row. */
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
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('media_content_key').on(t.organizationId, t.sha256, t.kind, t.fileName),
    index('media_list_idx').on(t.organizationId, t.id),
  ],
);
