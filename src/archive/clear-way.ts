import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { removeOrganization } from './remove-organization.ts';

type Own = { organizationId: string; userId: string };

/** What the platform admin and his organization were called. */
export type Aside = { email: string; slug: string };

/** Before a whole platform comes in: what the start has put there steps aside. */
export async function clearWay({ db }: AppContext, { userId, organizationId }: Own): Promise<Aside> {
  const [aside] = await db.execute<Aside>(sql`
    select u.email, o.slug from users u, organizations o where u.id = ${userId}::uuid and o.id = ${organizationId}::uuid for update`);
  await db.execute(
    sql`update organizations set slug = ${`moved-${organizationId}`} where id = ${organizationId}::uuid`,
  );
  await db.execute(sql`update users set email = ${`${userId}@moved.invalid`} where id = ${userId}::uuid`);
  await db.execute(sql`create temporary table own_servers on commit drop as select * from evolution_servers`);
  await db.execute(sql`delete from evolution_servers`);
  await db.execute(sql`delete from platform_settings`);
  await db.execute(sql`delete from platform_settings_versions`);
  await db.execute(sql`delete from number_checks`);
  await db.execute(sql`delete from ledger_proofs`);
  await db.execute(sql`delete from held_samples`);
  await db.execute(sql`delete from presence_peaks`);
  return aside!;
}

/**
 * After it has come in: the platform admin who imported it is the archive's user of the same address, with the password and the session that he
 * has here, or, where the archive has none of it, stays beside. The WhatsApp servers that this server knows by itself keep their keys.
 */
export async function joinAdmin(ctx: AppContext, own: Own, { email, slug }: Aside): Promise<Own> {
  const { db } = ctx;
  await db.execute(sql`
    update evolution_servers s set api_key = o.api_key, enabled = o.enabled from own_servers o where o.url = s.url and s.api_key = ''`);
  await db.execute(sql`
    insert into evolution_servers select o.* from own_servers o where not exists (select from evolution_servers s where s.url = o.url)`);
  const [his] = await db.execute<{ user_id: string; organization_id: string }>(sql`
    select u.id as user_id, m.organization_id from users u join members m on m.user_id = u.id where lower(u.email) = lower(${email})`);
  if (!his) {
    await db.execute(sql`update users set email = ${email} where id = ${own.userId}::uuid`);
    await db.execute(sql`
      update organizations o set slug = ${slug} where id = ${own.organizationId}::uuid
        and not exists (select from organizations other where other.slug = ${slug})`);
    return own;
  }
  await db.execute(sql`delete from credentials where user_id = ${his.user_id}::uuid`);
  await db.execute(sql`
    update credentials set user_id = ${his.user_id}::uuid, account_id = ${his.user_id} where user_id = ${own.userId}::uuid`);
  await db.execute(sql`
    update sessions set user_id = ${his.user_id}::uuid, active_organization_id = ${his.organization_id}::uuid where user_id = ${own.userId}::uuid`);
  await db.execute(sql`update users set role = 'admin' where id = ${his.user_id}::uuid`);
  for (const table of ['archive_exports', 'archive_imports'])
    await db.execute(sql`
      update ${sql.raw(table)} set organization_id = ${his.organization_id}::uuid, user_id = ${his.user_id}::uuid
      where organization_id = ${own.organizationId}::uuid`);
  await removeOrganization(ctx, own.organizationId);
  await db.execute(sql`delete from organizations where id = ${own.organizationId}::uuid`);
  await db.execute(sql`delete from users where id = ${own.userId}::uuid`);
  return { organizationId: his.organization_id, userId: his.user_id };
}
