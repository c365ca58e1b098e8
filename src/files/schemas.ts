import { z } from '@hono/zod-openapi';
import type { AppContext } from '#src/context.ts';
import { mediaKinds } from '#src/db/schema/files.ts';
import { InstantOut, pageOf, toInstant } from '#src/platform/schemas.ts';
import { imageName } from './image-name.ts';
import type { Media } from './media.ts';

export const MediaOut = z
  .object({
    id: z.uuid(),
    kind: z.enum(mediaKinds),
    mimeType: z.string().openapi({ description: 'What the content is, whatever was declared' }),
    sizeBytes: z.int(),
    sha256: z.string().length(64),
    fileName: z.string().openapi({ description: 'Without path, with the extension that the content deserves' }),
    voiceNote: z.boolean(),
    durationSeconds: z.int().nullable().openapi({ description: 'Of sound and video, where the file tells it' }),
    imageUrl: z
      .string()
      .nullable()
      .openapi({ description: 'Of a picture: where mail programs find it, without a login' }),
    createdAt: InstantOut,
  })
  .openapi('Media');

export const MediaPage = pageOf(MediaOut).openapi('MediaPage');

type Site = Pick<AppContext, 'publicUrl' | 'authSecret'>;

function imageUrlOf({ publicUrl, authSecret }: Site, row: Media): string | null {
  const name = imageName(authSecret, row);
  return name && `${publicUrl}/images/${name}`;
}

export const presentMedia = (site: Site, row: Media): z.input<typeof MediaOut> => ({
  id: row.id,
  kind: row.kind,
  mimeType: row.mimeType,
  sizeBytes: row.sizeBytes,
  sha256: row.sha256,
  fileName: row.fileName,
  voiceNote: row.voiceNote,
  durationSeconds: row.durationSeconds,
  imageUrl: imageUrlOf(site, row),
  createdAt: toInstant(row.createdAt),
});
