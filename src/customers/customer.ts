import type { Text } from '#src/platform/language.ts';
import { foldText } from './fold-text.ts';

export const limits = { name: 100, source: 100, tag: 50, tags: 50, note: 5000, addresses: 10, label: 50 } as const;

/** Text of one line as it is stored: composed letters, single spaces. */
export const cleanLine = (text: string): string => text.normalize('NFC').replaceAll(/\s+/g, ' ').trim();

/** Text of several lines as it is stored. */
export const cleanText = (text: string): string => text.normalize('NFC').replaceAll(/\r\n?/g, '\n').trim();

/** Tags without blanks and repetitions, in the order given. */
export const cleanTags = (tags: string[]): string[] => [...new Set(tags.map(cleanLine).filter(Boolean))];

type Books = Record<'phone' | 'email', { further: { address: string }[] }>;
type Searchable = {
  firstName: string;
  lastName?: string | null;
  phone?: string | null;
  email?: string | null;
  /** Addresses beside the primary ones. */
  books?: Books;
};

/** What a customer is found by. */
export const searchTextOf = ({ firstName, lastName, phone, email, books }: Searchable): string => {
  const further = books ? [...books.phone.further, ...books.email.further].map(({ address }) => address) : [];
  return foldText([firstName, lastName, phone, email, ...further].filter(Boolean).join(' '));
};

/**
 * The pieces that a search text must contain for `query` to find it. A query of digits is a phone number, in whatever
 * national spelling; otherwise every word counts, in any order.
 */
export function searchPieces(query: string): string[] {
  const folded = foldText(query);
  if (/^[+\d\s().\-/]*\d[+\d\s().\-/]*$/.test(folded)) return [folded.replaceAll(/\D/g, '').replace(/^0+(?=\d)/, '')];
  return [...new Set(folded.split(' ').filter(Boolean))];
}

/** `piece` as a LIKE pattern that means itself, anywhere. */
export const likePattern = (piece: string): string => `%${piece.replaceAll(/[\\%_]/g, '\\$&')}%`;

export const UNKNOWN_COUNTRY: Text = { en: 'Not an ISO 3166 country code', tr: 'ISO 3166 ülke kodu değil' };
