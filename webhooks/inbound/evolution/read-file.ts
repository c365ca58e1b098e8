import type { Content } from '#src/conversations/inbound.ts';
import { type Bag, count, string } from './json.ts';

type FileKind = 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker';

/** A file as its message describes it; nothing of that is believed when it is fetched. */
export function readFile(
  kind: FileKind,
  part: Bag,
  more: Record<string, unknown> = {},
): Pick<Content, 'kind' | 'body' | 'content' | 'attached'> {
  const facts = {
    fileName: string(part.fileName) ?? string(part.title),
    mimeType: string(part.mimetype) ?? string(part.mime_type),
    sizeBytes: count(part.fileLength),
    seconds: count(part.seconds),
    width: count(part.width),
    height: count(part.height),
    pages: count(part.pageCount),
    ...(part.gifPlayback === true && { animation: true }),
    ...(part.isAnimated === true && { animation: true }),
    ...(part.viewOnce === true && { viewOnce: true }),
    ...more,
  };
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  return { kind, body: string(part.caption), content: Object.fromEntries(known), attached: true };
}
