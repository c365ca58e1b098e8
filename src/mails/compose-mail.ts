import { buffer } from 'node:stream/consumers';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { RawMail } from '#src/channels/email/carrier.ts';
import type { AppContext } from '#src/context.ts';
import type { RenderedMail } from './create-mail-renderer.ts';

export type Letter = { id: string; to: string; at: Date };

/**
 * What some mails have besides: an organization's name instead of ours, where answers go, an entry for the calendar, words of its own, a
 * file, which lies in the storage until then.
 */
export type MailAddition = {
  fromName?: string;
  replyTo?: string | null;
  calendar?: { method: 'REQUEST' | 'CANCEL' | 'PUBLISH'; content: string };
  /** Instead of the words that its kind has. */
  rendered?: RenderedMail;
  attachment?: { storageKey: string; fileName: string; mimeType: string };
};
type Attached = { filename: string; contentType: string; content: Buffer };

/** The whole message, from the platform itself, or in an organization's name from our address. No machine answers it. */
export async function composeMail(
  { config }: Pick<AppContext, 'config'>,
  { id, to, at }: Letter,
  { subject, html, plain }: RenderedMail,
  { fromName, replyTo, calendar }: MailAddition = {},
  attachments: Attached[] = [],
): Promise<RawMail> {
  const from = config.mail.from.replace(/^.*<|>$/g, '');
  const messageId = `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`;
  const composer = new MailComposer({
    from: fromName === undefined ? config.mail.from : { name: fromName, address: from },
    ...(replyTo && { replyTo: { name: '', address: replyTo } }),
    to: { name: '', address: to },
    subject,
    text: plain,
    html,
    ...(attachments.length > 0 && { attachments }),
    ...(calendar && { icalEvent: { method: calendar.method, filename: 'randevu.ics', content: calendar.content } }),
    messageId,
    date: at,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  });
  return { from, to, raw: await composer.compile().build(), messageId };
}

/** The file that goes with a mail. Throws what the storage throws. */
export async function readAttachments(
  { storage }: Pick<AppContext, 'storage'>,
  { attachment }: MailAddition,
): Promise<Attached[]> {
  if (!attachment) return [];
  const { storageKey, fileName, mimeType } = attachment;
  return [{ filename: fileName, contentType: mimeType, content: await buffer(await storage.read(storageKey)) }];
}
