import type { FoundMessage } from '#src/channels/evolution/evolution-client.ts';
import type { Message } from './message.ts';

type Lost = Pick<Message, 'address' | 'kind' | 'body' | 'dispatchedAt' | 'wantedProviderId'>;

/** Clocks differ, and a message may wait inside Evolution before it goes out. */
const EARLIER_MS = 2 * 60_000;
const LATER_MS = 15 * 60_000;

/** Between these instants a trace of the message may lie. */
export const traceSpan = ({ dispatchedAt }: Pick<Lost, 'dispatchedAt'>): { from: Date; to: Date } => ({
  from: new Date(dispatchedAt!.getTime() - EARLIER_MS),
  to: new Date(dispatchedAt!.getTime() + LATER_MS),
});

/** Whether what Evolution sent is this message of ours: by our own id, or else by number, kind, words and time. */
export function isTraceOf(lost: Lost, found: FoundMessage): boolean {
  if (!found.fromMe || !found.providerMessageId) return false;
  if (found.providerMessageId === lost.wantedProviderId) return true;
  const { from, to } = traceSpan(lost);
  return (
    found.sentAt !== null &&
    found.sentAt >= from &&
    found.sentAt <= to &&
    kinds[lost.kind].includes(found.messageType) &&
    (found.text ?? '').trim() === (lost.body ?? '').trim() &&
    (found.remoteJid.endsWith('@lid') || jidsOf(lost.address).includes(found.remoteJid.replace(/:\d+@/, '@')))
  );
}

const kinds: Record<Message['kind'], readonly string[]> = {
  text: ['conversation', 'extendedTextMessage'],
  image: ['imageMessage'],
  video: ['videoMessage'],
  audio: ['audioMessage'],
  voice: ['audioMessage'],
  document: ['documentMessage', 'documentWithCaptionMessage'],
  sticker: ['stickerMessage'],
  location: ['locationMessage', 'liveLocationMessage'],
  contact: ['contactMessage', 'contactsArrayMessage'],
  reaction: ['reactionMessage'],
  poll: ['pollCreationMessage', 'pollCreationMessageV3'],
  unsupported: [],
};

/** The jid that is written to. */
export const jidOf = (address: string): string =>
  address.endsWith('@lid') ? address : `${address.replace(/\D/g, '')}@s.whatsapp.net`;

/** The jids under which a number may stand: Evolution drops or adds a digit in Brazil, Mexico and Argentina. */
export function jidsOf(address: string): string[] {
  if (address.endsWith('@lid')) return [address];
  const digits = address.replace(/\D/g, '');
  const forms = new Set([digits]);
  for (const [country, extra] of [
    ['55', 4],
    ['52', 2],
    ['54', 2],
  ] as const) {
    if (!digits.startsWith(country)) continue;
    forms.add(digits.slice(0, extra) + digits.slice(extra + 1));
    const digit = country === '52' ? '1' : '9';
    forms.add(digits.slice(0, extra) + digit + digits.slice(extra));
  }
  return [...forms].map((form) => `${form}@s.whatsapp.net`);
}
