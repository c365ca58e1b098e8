import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { identityDays, sendingIdentities } from '#src/db/schema/emails.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Identity } from './require-identity.ts';

/** With what it sent today (UTC). */
export type IdentityRow = Identity & { sentToday: number | null; providersToday: Record<string, number> | null };

const rows = (ctx: OrgContext) =>
  ctx.db
    .select({
      identity: sendingIdentities,
      sentToday: identityDays.sentCount,
      providersToday: sql<Record<string, number> | null>`(
        select jsonb_object_agg(d.provider, d.sent_count) from identity_provider_days d
        where d.identity_id = ${sendingIdentities.id} and d.day = ${ctx.clock.now().toISOString().slice(0, 10)})`,
    })
    .from(sendingIdentities)
    .leftJoin(
      identityDays,
      and(
        eq(identityDays.identityId, sendingIdentities.id),
        eq(identityDays.day, ctx.clock.now().toISOString().slice(0, 10)),
      ),
    );
const live = (ctx: OrgContext) =>
  and(eq(sendingIdentities.organizationId, ctx.organizationId), isNull(sendingIdentities.deletedAt));

/** Newest first. */
export async function listIdentities(
  ctx: OrgContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<IdentityRow>> {
  const found = await rows(ctx)
    .where(and(live(ctx), cursor ? lt(sendingIdentities.id, decodeIdCursor(cursor)) : undefined))
    .orderBy(desc(sendingIdentities.id))
    .limit(limit + 1);
  const flat = found.map(({ identity, ...today }) => ({ ...identity, ...today }));
  return toPage(flat, limit, ({ id }) => [id]);
}

export async function findIdentity(ctx: OrgContext, id: string): Promise<IdentityRow> {
  const [found] = await rows(ctx).where(and(live(ctx), eq(sendingIdentities.id, id)));
  if (!found) throw notFound();
  const { identity, ...today } = found;
  return { ...identity, ...today };
}
