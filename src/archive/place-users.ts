import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { ArchiveFault } from './archive-fault.ts';
import type { Row } from './check-row.ts';

type Known = { id: string; email: string; role: string; organization_id: string | null };
export type Placing = {
  /** Whom an archive's user is here, by his id there. */
  settled: Map<string, string>;
  /** By his address there, in lower case: the one that he is to have here. */
  emails: Record<string, string>;
  /** Only to see whether it would do: this organization's users are in nobody's way. */
  rehearsedFor: string | null;
};

/**
 * Which of an organization's users are to be made. Whoever is here already and belongs nowhere is taken as he is, and so is one of the
 * organization that is replaced. Throws `user-exists` for one who belongs elsewhere, and for a platform admin. Deleted ones are nobody's copy.
 */
export async function placeUsers(
  ctx: AppContext,
  rows: { there: Row; here: Row }[],
  { settled, emails, rehearsedFor }: Placing,
): Promise<Row[]> {
  const wanted = rows.map(({ there, here }) => {
    const email = addressOf(there, here);
    return { id: String(there['id']), here: { ...here, email: Object.hasOwn(emails, email) ? emails[email]! : email } };
  });
  const known = await ctx.db.execute<Known>(sql`
    select u.id, lower(u.email) as email, u.role, m.organization_id from users u left join members m on m.user_id = u.id
    where lower(u.email) in (select jsonb_array_elements_text(${JSON.stringify(wanted.map(({ here }) => here.email))}::jsonb))
      or u.id in (select jsonb_array_elements_text(${JSON.stringify(wanted.map(({ here }) => here['id' as never]))}::jsonb)::uuid)`);
  return wanted.flatMap(({ id, here }) => {
    const found = known.find((one) => one.email === here.email || one.id === here['id' as never]);
    if (!found) return [here];
    if (rehearsedFor !== null && found.organization_id === rehearsedFor)
      return [{ ...here, email: `${String(here['id' as never])}@rehearsal.invalid` }];
    if (found.organization_id !== null || found.role === 'admin')
      throw new ArchiveFault('user-exists', `users: ${here.email}`);
    settled.set(id.toLowerCase(), found.id);
    return [];
  });
}

/** A deleted user's has his id in it. */
const addressOf = (there: Row, here: Row): string =>
  there['deleted_at'] === null ? String(there['email']).toLowerCase() : `${String(here['id'])}@deleted.invalid`;
