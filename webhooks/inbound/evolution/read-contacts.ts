import type { Content } from '#src/conversations/inbound.ts';
import { type Bag, string } from './json.ts';

const MOST = 100;

type Contact = { name: string | null; phones: string[] };

/** Cards of people, as names and phones. */
export function readContacts(cards: Bag[]): Pick<Content, 'kind' | 'body' | 'content'> {
  const contacts = cards.slice(0, MOST).map(readCard);
  const names = contacts.flatMap(({ name }) => name ?? []);
  return { kind: 'contact', body: names.join(', ') || null, content: { contacts } };
}

/** `waid` is the number as WhatsApp knows it; without one the number is as it was typed. */
function readCard(card: Bag): Contact {
  const lines = unfold(string(card.vcard) ?? '');
  const phones = lines.flatMap((line) => {
    const [, head, number] = /^(?:item\d+\.)?TEL([^:]*):(.+)$/i.exec(line) ?? [];
    if (!number) return [];
    const known = /waid=(\d{5,15})/i.exec(head ?? '')?.[1];
    return [known ? `+${known}` : number.replace(/^tel:/i, '').trim()];
  });
  const [named] = lines.flatMap((line) => /^FN[^:]*:(.+)$/i.exec(line)?.[1] ?? []);
  return { name: string(card.displayName) ?? named?.trim() ?? null, phones };
}

/** A line that begins with a blank goes on the line before (RFC 6350, 3.2). */
const unfold = (card: string): string[] => card.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);
