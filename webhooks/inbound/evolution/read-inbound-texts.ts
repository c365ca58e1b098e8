import { phoneOfJid } from '#src/instances/instance.ts';
import type { InboundText } from '#src/messages/apply-opt-outs.ts';

type Bag = Record<string, unknown>;
const bag = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
const string = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const LONGEST_ID = 255;

type Text = Pick<InboundText, 'phone' | 'providerMessageId' | 'text'>;

/**
 * The texts that people sent to us, with the phones they came from. Left out: our own, groups, broadcasts, media, and a sender
 * whose phone WhatsApp hides (`@lid` alone).
 */
export function readInboundTexts(event: string, payload: { data?: unknown }): Text[] {
  if (event !== 'messages.upsert') return [];
  const items = Array.isArray(payload.data) ? payload.data : [payload.data];
  return items.flatMap((item) => readText(bag(item)) ?? []);
}

function readText(data: Bag): Text | null {
  const key = bag(data.key);
  const jid = string(key.remoteJid) ?? '';
  const phone = phoneOfJid(jid) ?? (jid.endsWith('@lid') ? phoneOfJid(key.remoteJidAlt) : null);
  const providerMessageId = string(key.id);
  const text = textOf(bag(data.message));
  if (key.fromMe === true || !phone || !text || !providerMessageId || providerMessageId.length > LONGEST_ID)
    return null;
  return { phone, providerMessageId, text };
}

/** Typed, or the words on a button that was pressed; a chat with disappearing messages wraps them. */
function textOf(message: Bag): string | null {
  const { conversation, extendedTextMessage, buttonsResponseMessage, templateButtonReplyMessage } = message;
  return (
    string(conversation) ??
    string(bag(extendedTextMessage).text) ??
    string(bag(buttonsResponseMessage).selectedDisplayText) ??
    string(bag(templateButtonReplyMessage).selectedDisplayText) ??
    (message.ephemeralMessage ? textOf(bag(bag(message.ephemeralMessage).message)) : null)
  );
}
