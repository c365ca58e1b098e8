import { type SQL, sql } from 'drizzle-orm';
import { type OrgContext, outsideBelt } from '#src/context.ts';
import { likePattern, searchPieces } from '#src/customers/customer.ts';

/** More than so many hits: the word is common, and the newest conversations are looked at one by one. */
const MOST_HITS = 2000;
/** What trigrams can find. */
const SHORTEST_WORD = 3;

/** The condition, on `c`, of being found by whom it is with (profile name, phone, the customer's own words), or by what was said. */
export async function searchConversations(ctx: OrgContext, search: string): Promise<SQL> {
  const patterns = searchPieces(search).map((piece) => likePattern(piece));
  const words = patterns.some((pattern) => pattern.length >= SHORTEST_WORD + 2);
  const found = await findHits(ctx, patterns, words);
  return found === 'many' ? saidOrCalled(patterns, words) : sql`c.id = any(${sql.param(found)}::uuid[])`;
}

const all = (text: SQL, patterns: string[]): SQL =>
  sql.join(
    patterns.map((pattern) => sql`${text} like ${pattern}`),
    sql` and `,
  );

async function findHits(ctx: OrgContext, patterns: string[], words: boolean): Promise<string[] | 'many'> {
  const organization = sql`organization_id = ${ctx.organizationId}`;
  const people = sql`
    (select id from conversations where ${organization} and ${all(sql`search_text`, patterns)} limit ${MOST_HITS + 1})`;
  const said = sql`
    union all
    (select conversation_id from messages where ${organization} and conversation_id is not null and body is not null
      and ${all(sql`fold_text(body)`, patterns)} limit ${MOST_HITS + 1})`;
  const rows = await outsideBelt(ctx).db.execute<{ id: string; hits: string }>(sql`
    select id, count(*) as hits from (${people} ${words ? said : sql``}) hit group by id`);
  const hits = rows.reduce((sum, row) => sum + Number(row.hits), 0);
  return hits > MOST_HITS ? 'many' : rows.map(({ id }) => id);
}

/** `offset 0`: one conversation after the other until the page is full, instead of all that hold the word. */
const saidOrCalled = (patterns: string[], words: boolean): SQL => sql`(${all(sql`c.search_text`, patterns)}
  ${words ? sql`or exists (select from messages m where m.conversation_id = c.id and m.body is not null and ${all(sql`fold_text(m.body)`, patterns)} offset 0)` : sql``})`;
