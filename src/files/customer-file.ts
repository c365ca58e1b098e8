import type { customerFiles, fileKinds } from '#src/db/schema/customer-files.ts';
import type { Media } from './media.ts';

export type CustomerFileRow = typeof customerFiles.$inferSelect;
export type FileKind = (typeof fileKinds)[number];

/** An entry of a Files tab with what it stands for. */
export type CustomerFile = CustomerFileRow & { media: Media; customerName: string };

const SHOWN: readonly string[] = ['image', 'video', 'audio'] satisfies FileKind[];

/** As people sort files, whatever WhatsApp would send one as. */
export function fileKindOf({ mimeType }: Pick<Media, 'mimeType'>): FileKind {
  const [kind = ''] = mimeType.split('/');
  return SHOWN.includes(kind) ? (kind as FileKind) : 'document';
}
