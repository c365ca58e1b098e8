import { z } from '@hono/zod-openapi';
import { fileKinds } from '#src/db/schema/customer-files.ts';
import type { Language } from '#src/platform/language.ts';
import { Id, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { CustomerFile } from './customer-file.ts';
import type { TagCount } from './customer-file-queries.ts';
import { isOwnTag, MOST_TAGS, tagName } from './file-tag.ts';
import { hasThumbnail } from './thumbnail.ts';

export const FileParams = z.strictObject({ id: Id, fileId: Id });

export const FileDeletion = z.strictObject({
  everywhere: z
    .enum(['true', 'false'])
    .default('false')
    .openapi({ description: 'Also out of the conversation, when the customer sent it' }),
});

export const FileQuery = PageQuery.extend({
  tag: z.string().trim().min(1).max(100).optional().openapi({
    description: 'However it is spelt; `sent-documents` and `received-documents` are given by themselves.',
  }),
  kind: z.enum(fileKinds).optional(),
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Words of the name or the tags; accents and Turkish letters do not matter.' }),
});

const Tags = z
  .array(z.string().max(300))
  .max(MOST_TAGS * 5)
  .openapi({ description: `At most ${MOST_TAGS} of 50 characters each; two spellings of one tag are one.` });

export const FileUpdate = z
  .strictObject({ name: z.string().trim().min(1).max(400).optional(), tags: Tags.optional() })
  .openapi('CustomerFileUpdate', { description: 'What is left out stays.' });

export const CustomerFileOut = z
  .object({
    id: Id,
    customerId: Id,
    customerName: z.string(),
    name: z.string().openapi({ description: 'With the ending that the content deserves' }),
    kind: z.enum(fileKinds),
    mimeType: z.string(),
    sizeBytes: z.int(),
    sha256: z.string().length(64),
    tags: z.array(z.string()),
    tagNames: z.array(z.string()).openapi({ description: 'The tags as they are called in the caller’s language' }),
    hasThumbnail: z.boolean(),
    mediaId: Id.openapi({ description: 'By which it is sent: `mediaIds` of a message' }),
    messageId: Id.nullable().openapi({ description: 'The newest message that took or brought it' }),
    userId: Id.nullable().openapi({ description: 'Who put it there; null: a message did' }),
    filedAt: InstantOut.openapi({ description: 'When it was last put there, sent or received' }),
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('CustomerFile');

export const CustomerFilePage = pageOf(CustomerFileOut).openapi('CustomerFilePage');

export const presentFile = (file: CustomerFile, language: Language): z.input<typeof CustomerFileOut> => ({
  id: file.id,
  customerId: file.customerId,
  customerName: file.customerName,
  name: file.name,
  kind: file.kind,
  mimeType: file.media.mimeType,
  sizeBytes: file.media.sizeBytes,
  sha256: file.media.sha256,
  tags: file.tags,
  tagNames: file.tags.map((tag) => tagName(tag)[language]),
  hasThumbnail: hasThumbnail(file.media),
  mediaId: file.mediaId,
  messageId: file.messageId,
  userId: file.userId,
  filedAt: toInstant(file.filedAt),
  createdAt: toInstant(file.createdAt),
  updatedAt: toInstant(file.updatedAt),
});

export const FileTag = z
  .object({
    tag: z.string(),
    names: z.object({ tr: z.string(), en: z.string() }),
    automatic: z.boolean().openapi({ description: 'Given by itself when a file is sent or received' }),
    count: z.int(),
  })
  .openapi('FileTag');

export const FileTagPage = pageOf(FileTag).openapi('FileTagPage');

export const presentTag = ({ tag, count }: TagCount): z.input<typeof FileTag> => ({
  tag,
  names: tagName(tag),
  automatic: isOwnTag(tag),
  count,
});
