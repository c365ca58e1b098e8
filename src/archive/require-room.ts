import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { ArchiveFault } from './archive-fault.ts';

type Counts = { busy: boolean; gone: boolean };

/** Throws while the organization that is to be replaced sends, or a number of it is connected. `lock`: nobody writes to it until the end. */
export async function requireQuiet({ db }: AppContext, organizationId: string, lock: boolean): Promise<void> {
  const rows = await db.execute<Counts>(sql`
    select o.id is null as gone,
      exists (select from campaigns where organization_id = o.id and status = 'running')
      or exists (select from instances where organization_id = o.id and status in ('open', 'connecting') and deleted_at is null)
      or exists (select from messages where organization_id = o.id and status = 'sending')
      or exists (select from sms_messages where organization_id = o.id and status = 'sending') as busy
    from organizations o where o.id = ${organizationId}::uuid ${lock ? sql`for update` : sql``}`);
  if (!rows[0]) throw new ArchiveFault('target-gone', 'organizations');
  if (rows[0].busy) throw new ArchiveFault('target-busy', 'organizations');
}

/** Throws unless nobody but the platform admin who imports is here, and he has nothing yet. */
export async function requireEmpty({ db }: AppContext, own: { organizationId: string; userId: string }): Promise<void> {
  const [found] = await db.execute<{ taken: boolean }>(sql`
    select exists (select from organizations where id <> ${own.organizationId}::uuid)
      or exists (select from users where id <> ${own.userId}::uuid)
      or exists (select from customers) or exists (select from campaigns) or exists (select from messages)
      or exists (select from instances) or exists (select from credit_transactions) as taken`);
  if (found!.taken) throw new ArchiveFault('not-empty', 'organizations');
}
