import type { Person } from '#src/conversations/person.ts';
import { phoneOfJid } from '#src/instances/instance.ts';
import { type Bag, string } from './json.ts';

const LID = /^(\d{5,20})(?::\d+)?@lid$/;
/** Instances of the passive channel write bare digits. */
const BARE = /^\d{5,15}$/;

export const lidOfJid = (jid: unknown): string | null =>
  typeof jid === 'string' ? (LID.exec(jid)?.[1] ?? null) : null;

const phoneOf = (jid: string): string | null => phoneOfJid(jid) ?? (BARE.test(jid) ? `+${jid}` : null);

/**
 * With whom a message was exchanged; null when it is nobody whom one can write to (a group, a broadcast, a channel, WhatsApp itself).
 * Releases put the other name of the same person in different places; the sender's are ours when the message is.
 */
export function readPerson(key: Bag): Person | null {
  const { remoteJid, remoteJidAlt, previousRemoteJid, senderPn, senderLid, fromMe } = key;
  const chat = string(remoteJid);
  if (!chat || (phoneOf(chat) === null && lidOfJid(chat) === null)) return null;
  const names = [chat, remoteJidAlt, previousRemoteJid, ...(fromMe === true ? [] : [senderPn, senderLid])];
  const jids = names.flatMap((name) => string(name) ?? []);
  return {
    phone: jids.map(phoneOf).find((phone) => phone !== null) ?? null,
    lid: jids.map(lidOfJid).find((lid) => lid !== null) ?? null,
  };
}
