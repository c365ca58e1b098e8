import { isUuid } from '#src/platform/cursor.ts';
import type { MailEvent } from './mail-event.ts';

type Bag = Record<string, unknown>;
type Stored = { carrier: 'sandbox' | 'smtp' | 'ses'; payload: Bag; receivedAt: Date };

const bag = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const LONGEST_TEXT = 1_000;
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_TEXT) : undefined;

/** SES says `eventType` where events are published by a configuration set, `notificationType` where an identity tells of its feedback. */
const TYPES: Record<string, MailEvent['type']> = {
  Send: 'send',
  Delivery: 'delivery',
  Bounce: 'bounce',
  Complaint: 'complaint',
  Reject: 'reject',
  'Rendering Failure': 'reject',
  DeliveryDelay: 'delay',
  Open: 'open',
  Click: 'click',
};

/** A stored carrier event in our words; null for one that is none, or that tells nothing of a mail. */
export function readMailEvent({ carrier, payload, receivedAt }: Stored): MailEvent | null {
  return carrier === 'ses' ? readSesEvent(bag(payload.event), receivedAt) : readOwnEvent(payload, receivedAt);
}

/** The sandbox writes them in our words already. */
function readOwnEvent(payload: Bag, receivedAt: Date): MailEvent | null {
  const type = Object.values(TYPES).find((known) => known === payload.type);
  if (!type) return null;
  const { kind, code, text: said } = bag(payload.bounce);
  return {
    type,
    ...idsOf(payload.recipientId, payload.campaignId),
    ...given('messageId', text(payload.messageId)),
    ...given('address', text(payload.address)),
    at: instantOf(payload.at, receivedAt),
    ...(type === 'bounce' && {
      bounce: {
        kind: kind === 'soft' || kind === 'ignored' ? kind : 'hard',
        code: text(code) ?? null,
        text: text(said) ?? null,
      },
    }),
  };
}

function readSesEvent(event: Bag, receivedAt: Date): MailEvent | null {
  const name = String(event.eventType ?? event.notificationType);
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (!type) return null;
  const mail = bag(event.mail);
  const tags = bag(mail.tags);
  const detail = bag(event[DETAILS[type]]);
  // a provider that tells us that it is no spam after all
  if (type === 'complaint' && detail.complaintFeedbackType === 'not-spam') return null;
  const at = instantOf(detail.timestamp ?? (type === 'send' ? mail.timestamp : undefined), receivedAt);
  return {
    type,
    ...idsOf(list(tags.recipient)[0] ?? headerOf(mail, 'x-ulak-recipient'), list(tags.campaign)[0]),
    ...given('messageId', text(mail.messageId)),
    ...given('address', addressOf(type, detail, mail)),
    at,
    ...(type === 'bounce' && { bounce: judgeBounce(detail) }),
    ...given('userAgent', text(detail.userAgent)),
    ...given('link', text(detail.link)),
  };
}

const DETAILS: Record<MailEvent['type'], string> = {
  send: 'send',
  delivery: 'delivery',
  bounce: 'bounce',
  complaint: 'complaint',
  reject: 'reject',
  delay: 'deliveryDelay',
  open: 'open',
  click: 'click',
};

const IGNORED = new Set(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected']);
const EXPIRED = /\b4\.4\.7\b|message expired/i;

/**
 * Permanent: hard. Transient because of what the mail holds: says nothing of the mailbox. Transient because nobody answered for days:
 * hard. All else: soft.
 */
function judgeBounce({ bounceType, bounceSubType, bouncedRecipients }: Bag): NonNullable<MailEvent['bounce']> {
  const first = bag(list(bouncedRecipients)[0]);
  const said = text(first.diagnosticCode) ?? null;
  const code = text(first.status) ?? text(bounceSubType) ?? null;
  if (bounceType === 'Permanent') return { kind: 'hard', code, text: said };
  if (bounceType === 'Transient' && IGNORED.has(String(bounceSubType))) return { kind: 'ignored', code, text: said };
  return { kind: EXPIRED.test(`${code} ${said}`) ? 'hard' : 'soft', code, text: said };
}

const RECIPIENTS: Partial<Record<MailEvent['type'], string>> = {
  bounce: 'bouncedRecipients',
  complaint: 'complainedRecipients',
  delay: 'delayedRecipients',
};

function addressOf(type: MailEvent['type'], detail: Bag, mail: Bag): string | undefined {
  const first = list(detail[RECIPIENTS[type] ?? 'recipients'])[0];
  return text(bag(first).emailAddress) ?? text(first) ?? text(list(mail.destination)[0]);
}

const headerOf = (mail: Bag, name: string): unknown =>
  list(mail.headers)
    .map(bag)
    .find((header) => String(header.name).toLowerCase() === name)?.value;

const idsOf = (recipientId: unknown, campaignId: unknown) => ({
  ...(isUuid(recipientId) && { recipientId }),
  ...(isUuid(campaignId) && { campaignId }),
});

const given = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };

/** A clock that runs ahead is not believed further than ours. */
function instantOf(value: unknown, otherwise: Date): Date {
  const at = typeof value === 'string' ? new Date(value) : null;
  return at === null || Number.isNaN(at.getTime()) || at.getUTCFullYear() < 2000 || at > otherwise ? otherwise : at;
}
