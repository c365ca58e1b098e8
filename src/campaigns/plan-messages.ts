import type { PlannedMessage } from '#src/db/schema/campaigns.ts';
import { type MediaKind, takesCaption } from '#src/files/media.ts';

type Content = {
  text: string | null;
  media: { id: string; kind: MediaKind }[] /** UTF-16 units of the longest rendering. */;
  longestText: number;
};

/** WhatsApp's limits in UTF-16 units, the strictest way to count (see whatsapp-facts: captions 1,024, texts 4,096). */
export const CAPTION_LIMIT = 1024;
export const TEXT_LIMIT = 4096;

/**
 * The messages that one recipient gets, in order; each costs one credit. One captioned medium and a text that fits are one
 * message; otherwise media go first, without caption, and the text last.
 */
export function planMessages({ text, media, longestText }: Content): PlannedMessage[] {
  const [only] = media;
  const fits = text !== null && media.length === 1 && takesCaption(only!.kind) && longestText <= CAPTION_LIMIT;
  const sent: Omit<PlannedMessage, 'part'>[] = media.map(({ id, kind }) => ({
    kind,
    mediaId: id,
    body: fits ? text : null,
  }));
  if (text !== null && !fits) sent.push({ kind: 'text', mediaId: null, body: text });
  return sent.map((message, index) => ({ part: index + 1, ...message }));
}

/** One image and a text that does not fit below it: two messages where the user may expect one. */
export const splitsCaption = ({ text, media, longestText }: Content): boolean =>
  text !== null && media.length === 1 && takesCaption(media[0]!.kind) && longestText > CAPTION_LIMIT;
