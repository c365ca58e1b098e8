import { type SQL, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { longestPersonalised, type PersonalisedText } from '#src/personalisation/personalisation.ts';
import { newId } from '#src/platform/ids.ts';
import type { Language } from '#src/platform/language.ts';

const BATCH = 2_000;

/**
 * UTF-16 units of the longest text that any recipient can get, whichever variant and alternatives are his. `variables` selects one jsonb column named `variables` a
 * recipient; it is read through a cursor, so memory stays flat and the event loop gets its turns.
 */
export async function longestText(
  ctx: AppContext,
  templates: readonly PersonalisedText[],
  language: Language,
  variables: SQL,
): Promise<number> {
  const longestOf = (values: Record<string, string>) =>
    Math.max(0, ...templates.map((template) => longestPersonalised(template, values, language)));
  const names = [...new Set(templates.flatMap((template) => template.variables))];
  if (names.length === 0) return longestOf({});
  return inTransaction(ctx, async (ctx) => {
    const cursor = sql.identifier(`longest_${newId()}`);
    // most share what is asked for with others: a first name, a language
    const asked = sql.join(
      names.map((name) => sql`given.variables ->> ${name}::text as ${sql.identifier(name)}`),
      sql`, `,
    );
    await ctx.db.execute(
      sql`declare ${cursor} no scroll cursor for select distinct ${asked} from (${variables}) given`,
    );
    let longest = 0;
    for (let rows = BATCH; rows === BATCH; ) {
      const batch = await ctx.db.execute<Record<string, string>>(sql`fetch ${sql.raw(String(BATCH))} from ${cursor}`);
      for (const row of batch) longest = Math.max(longest, longestOf(row));
      rows = batch.length;
    }
    await ctx.db.execute(sql`close ${cursor}`);
    return longest;
  });
}
