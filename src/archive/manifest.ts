import { z } from 'zod';

export const FORMAT = 'ulak-archive';
export const VERSION = 1;
export const MANIFEST = 'manifest.json';
export const SECRETS = 'secrets.age';
export const entryOf = (table: string): string => `tables/${table}.ndjson`;
export const fileEntryOf = (organizationId: string, sha256: string): string => `files/${organizationId}/${sha256}`;

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What an archive says of itself: its first entry. */
export const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  version: z.int().min(1),
  /** The newest migration of the database that it was made from. */
  migration: z.string().max(200),
  createdAt: z.iso.datetime(),
  /** How that server was reached: addresses of pictures in mails begin with it. */
  publicUrl: z.string().max(2000),
  scope: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('platform') }),
    z.strictObject({ type: z.literal('organization'), id: z.uuid(), name: z.string().max(500) }),
  ]),
  /** In the order in which they stand in it; each line is a JSON object with these columns. */
  tables: z
    .array(
      z.strictObject({
        name: z.string().max(100),
        columns: z.array(z.string().max(100)).max(300),
        rows: count,
        bytes: count,
        sha256,
      }),
    )
    .max(500),
  /** Encrypted with age, by a passphrase; null: secrets were left out. */
  secrets: z.strictObject({ bytes: count, sha256 }).nullable(),
  /** Stored bytes by their checksum; null: they were left out. */
  files: z.strictObject({ count, bytes: count }).nullable(),
});
export type Manifest = z.infer<typeof Manifest>;
