import { type SQL, sql } from 'drizzle-orm';
import { foldText } from '#src/customers/fold-text.ts';
import { customers } from '#src/db/schema/customers.ts';
import { type SearchPiece, searchWords } from './search-words.ts';

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');
const like = (pattern: string): SQL => sql`${customers.searchText} like ${pattern}`;
const begins = (text: string): SQL => sql`(${like(`${escaped(text)}%`)} or ${like(`% ${escaped(text)}%`)})`;

/** The condition that a customer is found by `query`; null: it asks for nothing. */
export function searchSql(query: string): SQL {
  const pieces = searchWords(query);
  return pieces.length === 0 ? sql`false` : sql`(${sql.join(pieces.map(found), sql` and `)})`;
}

const found = ({ text, isBeginning }: SearchPiece): SQL => (isBeginning ? begins(text) : like(`%${escaped(text)}%`));

/** Words of one or two letters find too many to say who is meant. */
export const isTelling = (query: string): boolean => searchWords(query).some(({ isBeginning }) => !isBeginning);

/**
 * How well he is found, best first: 0, the whole name, address or end of the phone is what was asked for; 1, his name begins with it;
 * 2, all of it are beginnings of words; 3, it is within them.
 */
export function searchRank(query: string): SQL {
  const phrase = escaped(foldText(query));
  const pieces = searchWords(query);
  const begun = pieces.map(({ text, isPhone }) => (isPhone ? like(`%${escaped(text)}%`) : begins(text)));
  const ends = pieces.flatMap(({ text, isPhone }) =>
    isPhone ? [sql`${customers.phone} like ${`%${escaped(text)}`}`] : [],
  );
  const whole = [
    like(`${phrase} %`),
    sql`${customers.searchText} = ${foldText(query)}`,
    sql`${customers.email} = ${foldText(query)}`,
    ...ends,
  ];
  return sql`(case when ${sql.join(whole, sql` or `)} then 0 when ${like(`${phrase}%`)} then 1
    when ${begun.length > 0 ? sql.join(begun, sql` and `) : sql`false`} then 2 else 3 end)`;
}
