import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { likePattern } from '#src/customers/customer.ts';
import { foldText } from '#src/customers/fold-text.ts';
import type { instanceStatuses } from '#src/db/schema/instances.ts';
import { decodeIdCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import { requireOperator } from './require-operator.ts';

type Filters = {
  status?: (typeof instanceStatuses)[number] | undefined;
  serverId?: string | undefined;
  organizationId?: string | undefined;
  userId?: string | undefined;
  moving?: 'true' | 'false' | undefined;
  search?: string | undefined;
};

export type InstanceLine = {
  id: string;
  name: string;
  phone: string | null;
  profile_name: string | null;
  status: (typeof instanceStatuses)[number];
  status_reason: string | null;
  disconnect_code: number | null;
  organization_id: string;
  organization: string;
  user_id: string;
  user_name: string;
  email: string;
  server_id: string;
  server_url: string;
  moving_to: string | null;
  moving_since: string | null;
  leftovers: number;
  status_changed_at: string;
  connected_at: string | null;
  number_since_at: string | null;
  checked_at: string | null;
  created_at: string;
};

/** The connections of all organizations, the newest first. */
export async function listAllInstances(
  ctx: OrgContext,
  { limit, cursor, ...filters }: Filters & { limit: number; cursor?: string | undefined },
): Promise<Page<InstanceLine>> {
  requireOperator(ctx);
  const { status, serverId, organizationId, userId, moving, search } = filters;
  const words = foldText(search ?? '')
    .split(' ')
    .filter(Boolean);
  const conditions = [
    cursor && sql`i.id < ${decodeIdCursor(cursor)}::uuid`,
    status && sql`i.status = ${status}`,
    serverId && sql`i.evolution_server_id = ${serverId}::uuid`,
    organizationId && sql`i.organization_id = ${organizationId}::uuid`,
    userId && sql`i.user_id = ${userId}::uuid`,
    moving && (moving === 'true' ? sql`i.moving_to_server_id is not null` : sql`i.moving_to_server_id is null`),
    ...words.map(
      (word) => sql`fold_text(concat_ws(' ', i.name, i.phone, o.name, u.name, u.email)) like ${likePattern(word)}`,
    ),
  ].filter((condition): condition is SQL => typeof condition === 'object');
  const rows = await readLines(ctx, sql.join([sql`true`, ...conditions], sql` and `), limit + 1);
  return toPage(rows, limit, ({ id }) => [id]);
}

/** Anybody's connection; throws `not-found`. */
export async function findAnyInstance(ctx: OrgContext, id: string): Promise<InstanceLine> {
  requireOperator(ctx);
  const [row] = isUuid(id) ? await readLines(ctx, sql`i.id = ${id}::uuid`, 1) : [];
  if (!row) throw notFound();
  return row;
}

const readLines = (ctx: OrgContext, where: SQL, limit: number): Promise<InstanceLine[]> =>
  ctx.db.execute<InstanceLine>(sql`
    select i.id, i.name, i.phone, i.profile_name, i.status, i.status_reason, i.disconnect_code, i.organization_id, o.name as organization,
      i.user_id, u.name as user_name, u.email, s.id as server_id, s.url as server_url, i.moving_to_server_id as moving_to,
      i.moving_since_at as moving_since, (select count(*)::int from instance_leftovers x where x.instance_id = i.id) as leftovers,
      i.status_changed_at, i.connected_at, i.number_since_at, i.checked_at, i.created_at
    from instances i join evolution_servers s on s.id = i.evolution_server_id join organizations o on o.id = i.organization_id
      join users u on u.id = i.user_id
    where i.deleted_at is null and i.deleting_at is null and ${where} order by i.id desc limit ${limit}`);
