import { hash } from 'node:crypto';
import type { Language } from '#src/platform/language.ts';
import { encodeQuotedPrintable, SOFT_BREAK } from './encode-quoted-printable.ts';
import { encodeDate, encodeMailbox, encodeText, oneLine } from './mail-headers.ts';
import type { MailKeys } from './mail-token.ts';
import { type MailAddressee, type MailLinks, unsubscribeUrlOf, valuesFor } from './mail-values.ts';
import { fill, type SplitText, splitTemplate } from './split-template.ts';

export type MailInput = {
  content: {
    id: string;
    language: Language;
    subject: string;
    otherSubject: string | null;
    html: string;
    plain: string;
    links: readonly string[];
  };
  identity: { fromName: string; fromEmail: string; domain: string; replyTo: string | null };
  /** Null: a mail to look at. Its links lead where they say, and nobody is unsubscribed by it. */
  campaign: { id: string; organizationId: string; trackOpens: boolean; trackClicks: boolean } | null;
  keys: MailKeys;
  publicUrl: string;
};

export type ComposedMail = {
  /** The whole message, ASCII with CRLF. */
  raw: string;
  messageId: string;
  subject: string;
};
/** `subject`: the first one, or the second of an A/B test. */
export type ComposeOptions = { at: Date; subject?: 0 | 1 };
/** Throws for an address that cannot stand in a header. */
export type Compose = (addressee: MailAddressee, options: ComposeOptions) => ComposedMail;

/** Whom Gmail's Postmaster Tools shows complaints of. */
const FEEDBACK_SENDER = 'ulakmail';
const ADDRESS = /^[^\s<>()",:;\\@\u0080-\uffff]+@[^\s<>()",:;\\@\u0080-\uffff]+$/;

/** Makes of an email, once, what is the same for everybody: the MIME message with gaps. What it gives back fills them. */
export function prepareMail(input: MailInput): Compose {
  const { content, identity, campaign } = input;
  const links: MailLinks = input;
  const textOptions = { html: false, language: content.language };
  const subjects = [content.subject, content.otherSubject ?? content.subject].map((text) =>
    splitTemplate(text, textOptions),
  );
  const parts = [
    encodeSplit(splitTemplate(content.plain, textOptions)),
    encodeSplit(splitTemplate(content.html, { html: true, language: content.language })),
  ] as const;
  const boundary = `=_${hash('sha256', content.id).slice(0, 32)}`;
  const [top, between, bottom] = frameOf(boundary);
  const fixed = fixedHeaders(input, boundary);
  return (addressee, { at, subject: which = 0 }) => {
    const { recipientId, address, name } = addressee;
    if (!ADDRESS.test(address)) throw new Error('the address cannot stand in a header');
    const unsubscribeUrl = unsubscribeUrlOf(links, addressee);
    const values = valuesFor(links, addressee, unsubscribeUrl);
    const subject = oneLine(fill(subjects[which]!, values)).trim();
    const messageId = `<${campaign ? `${recipientId}.${campaign.id}` : recipientId}@${identity.domain}>`;
    const headers = `To: ${encodeMailbox(name, address)}\r\nSubject: ${encodeText(subject)}\r\nDate: ${encodeDate(at)}\r\nMessage-ID: ${messageId}\r\nList-Unsubscribe: <${unsubscribeUrl}>\r\n${campaign ? `X-Ulak-Recipient: ${recipientId}` : 'X-Ulak-Test: yes'}\r\n`;
    const raw = headers + fixed + top + fill(parts[0], values) + between + fill(parts[1], values) + bottom;
    return { raw, messageId, subject };
  };
}

function fixedHeaders({ identity, campaign }: MailInput, boundary: string): string {
  const lines = [
    `From: ${encodeMailbox(identity.fromName, identity.fromEmail)}`,
    ...(identity.replyTo ? [`Reply-To: <${identity.replyTo}>`] : []),
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    ...(campaign ? [`Feedback-ID: ${campaign.id}:${campaign.organizationId}:campaign:${FEEDBACK_SENDER}`] : []),
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function frameOf(boundary: string): [top: string, between: string, bottom: string] {
  const head = (type: string) =>
    `--${boundary}\r\nContent-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`;
  return [head('plain'), `\r\n${head('html')}`, `\r\n--${boundary}--\r\n`];
}

/** Each piece encoded by itself, on lines of its own: what fills a gap cannot disturb what is around it. */
function encodeSplit({ literals, slots }: SplitText): SplitText {
  const last = slots.length;
  const encoded = literals.map((literal, i) => {
    const piece = encodeQuotedPrintable(literal);
    const before = i > 0 && !(i === last && piece === '') ? SOFT_BREAK : '';
    const after = i < last && piece !== '' && !piece.endsWith('\r\n') ? SOFT_BREAK : '';
    return before + piece + after;
  });
  return { literals: encoded, slots: slots.map((slot) => (values) => encodeQuotedPrintable(slot(values))) };
}
