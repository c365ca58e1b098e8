import MailComposer from 'nodemailer/lib/mail-composer';
import type { RawMail } from '#src/channels/email/carrier.ts';
import type { AppContext } from '#src/context.ts';
import type { RenderedMail } from './create-mail-renderer.ts';

export type Letter = { id: string; to: string; at: Date };

/** The whole message, from the platform itself. No machine answers it. */
export async function composeMail(
  { config }: Pick<AppContext, 'config'>,
  { id, to, at }: Letter,
  { subject, html, plain }: RenderedMail,
): Promise<RawMail> {
  const from = config.mail.from.replace(/^.*<|>$/g, '');
  const messageId = `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`;
  const composer = new MailComposer({
    from: config.mail.from,
    to: { name: '', address: to },
    subject,
    text: plain,
    html,
    messageId,
    date: at,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  });
  return { from, to, raw: await composer.compile().build(), messageId };
}
