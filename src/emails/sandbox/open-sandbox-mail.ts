import PostalMime, { type Attachment, type Email } from 'postal-mime';
import type { AppContext } from '#src/context.ts';
import { findSandboxMail, type OpenedMail, readSandboxMail } from './queries.ts';

const LARGEST_PICTURE_BYTES = 5 * 1024 * 1024;
/** Reading takes longer than the lines are many. */
const MOST_LINES = 40_000;
const MOST_BYTES = 4 * 1024 * 1024;

/** A mail with its parts decoded, of a huge one its beginning. One that was refused at RCPT, or cannot be read, has none. */
export async function openSandboxMail(ctx: AppContext, id: string): Promise<OpenedMail> {
  const row = await findSandboxMail(ctx, id);
  const raw = await readSandboxMail(ctx, id);
  const beginning = beginningOf(raw);
  const truncated = beginning.length < raw.length;
  const mail = await parse(beginning);
  if (!mail) return { ...row, truncated, headers: [], text: null, html: null, attachments: [] };
  return {
    ...row,
    truncated,
    headers: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    text: mail.text ?? null,
    html: mail.html === undefined ? null : withPictures(mail.html, mail.attachments),
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? '',
      mimeType,
      sizeBytes: bytesOf(content).length,
    })),
  };
}

function beginningOf(raw: Buffer): Buffer {
  let end = 0;
  for (let line = 0; line < MOST_LINES && end < MOST_BYTES; line++) {
    const next = raw.indexOf(10, end);
    if (next < 0) return raw.subarray(0, MOST_BYTES);
    end = next + 1;
  }
  return raw.subarray(0, Math.min(end, MOST_BYTES));
}

/** What is nested too deeply, or is no mail at all, is not read. */
const parse = (raw: Buffer): Promise<Email | null> =>
  PostalMime.parse(raw, { maxNestingDepth: 50, attachmentEncoding: 'arraybuffer' }).catch(() => null);

/** Pictures that the mail brings along stand where it wants them. */
function withPictures(html: string, attachments: Attachment[]): string {
  return html.replaceAll(/\bcid:([^"'\s)>]{1,200})/gi, (whole, id: string) => {
    const found = attachments.find(({ contentId }) => contentId === `<${id}>`);
    if (!found || !/^image\/[\w.+-]+$/.test(found.mimeType)) return whole;
    const bytes = bytesOf(found.content);
    return bytes.length > LARGEST_PICTURE_BYTES ? whole : `data:${found.mimeType};base64,${bytes.toString('base64')}`;
  });
}

const bytesOf = (content: Attachment['content']): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);
