import type { Amendment, LidReceipt, Said } from '#src/conversations/inbound.ts';
import { type Bag, bag, bags, count, string } from './json.ts';
import { readContent, readText, unwrap } from './read-content.ts';
import { lidOfJid, readPerson } from './read-person.ts';

const LONGEST_ID = 255;
/** Clocks differ; nothing is said later than that after we have it. */
const AHEAD_MS = 60_000;

type Knock = { instanceId: string; event: string; payload: { data?: unknown; date_time?: unknown }; at: Date };

const idOf = (value: unknown): string | null => {
  const id = string(value);
  return id !== null && id.length <= LONGEST_ID ? id : null;
};

/** The messages that a webhook brings: from others, and typed on our own phone. */
export function readMessages({ instanceId, event, payload, at }: Knock): Said[] {
  if (event !== 'messages.upsert') return [];
  return bags(payload.data).flatMap((item) => {
    const key = bag(item.key);
    const [providerMessageId, person] = [idOf(key.id), readPerson(key)];
    const content = readContent(item.message, item.contextInfo);
    if (!providerMessageId || !person || !content) return [];
    const fromMe = key.fromMe === true;
    return [
      {
        ...person,
        ...withVotes(content, item),
        instanceId,
        providerMessageId,
        fromMe,
        profileName: fromMe ? null : string(item.pushName),
        saidAt: readTime(item.messageTimestamp, at),
        at,
      },
    ];
  });
}

/** Votes are encrypted; Evolution opens those in polls that it knows. */
function withVotes<C extends { kind: string; content: Record<string, unknown> | null }>(content: C, item: Bag): C {
  if (content.kind !== 'poll' || !Array.isArray(item.pollUpdates)) return content;
  const votes = bags(item.pollUpdates).flatMap((option) =>
    Array.isArray(option.voters) && option.voters.length > 0 ? (string(option.name) ?? []) : [],
  );
  return { ...content, content: { ...content.content, votes } };
}

function readTime(value: unknown, at: Date): Date {
  const seconds = count(value);
  if (seconds === null || seconds <= 0) return at;
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) || time.getTime() > at.getTime() + AHEAD_MS ? at : time;
}

/** What a webhook says of messages that were edited or deleted for everyone: the same deed comes in several of them. */
export function readAmendments({ instanceId, event, payload, at }: Knock): Amendment[] {
  const given = bags(payload.data).flatMap((item) => amendmentIn(event, item) ?? []);
  return given.map((amendment) => ({ ...amendment, instanceId, at: atMost(payload.date_time, at) }));
}

/** Evolution's own time orders edits that overtake each other; it is never later than our own. */
function atMost(dateTime: unknown, at: Date): Date {
  const told = typeof dateTime === 'string' ? Date.parse(dateTime) : Number.NaN;
  return Number.isNaN(told) || told > at.getTime() ? at : new Date(told);
}

type Deed = Omit<Amendment, 'instanceId' | 'at'>;

function amendmentIn(event: string, item: Bag): Deed | null {
  if (event === 'messages.edited') return readProtocol(item);
  if (event === 'messages.upsert') return readProtocol(bag(unwrap(item.message).message.protocolMessage));
  if (event === 'messages.delete')
    return deed('recall', bag(item.key).id ?? item.id, item.fromMe ?? bag(item.key).fromMe);
  const edited = event === 'messages.update' ? bag(item.message).editedMessage : undefined;
  return edited
    ? deed('edit', item.keyId ?? bag(item.key).id, item.fromMe ?? bag(item.key).fromMe, bag(edited).message ?? edited)
    : null;
}

/** Baileys' numbers or their names: 0 takes a message back, 14 edits it. */
function readProtocol({ key, type, editedMessage }: Bag): Deed | null {
  const { id, fromMe } = bag(key);
  if (type === 0 || type === 'REVOKE') return deed('recall', id, fromMe);
  if (type === 14 || type === 'MESSAGE_EDIT') return deed('edit', id, fromMe, editedMessage);
  return null;
}

function deed(type: Deed['type'], id: unknown, fromMe: unknown, message?: unknown): Deed | null {
  const providerMessageId = idOf(id);
  const body = type === 'edit' ? readText(message) : null;
  if (!providerMessageId || (type === 'edit' && body === null)) return null;
  return { providerMessageId, type, fromMe: fromMe === true, body };
}

/** Receipts of people that come from their hidden numbers: they tell whose those are. */
export function readLidReceipts({ instanceId, event, payload }: Knock): LidReceipt[] {
  if (event !== 'messages.update') return [];
  return bags(payload.data).flatMap((item) => {
    const [lid, providerMessageId] = [lidOfJid(item.remoteJid), idOf(item.keyId)];
    const received = item.status === 'DELIVERY_ACK' || item.status === 'READ' || item.status === 'PLAYED';
    return lid && providerMessageId && received && item.fromMe === true ? [{ instanceId, lid, providerMessageId }] : [];
  });
}
