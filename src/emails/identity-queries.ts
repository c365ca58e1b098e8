import { and, desc, eq, isNull, lt } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { identityDays, sendingIdentities } from '#src/db/schema/emails.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Identity } from './require-identity.ts';

/** With what it sent today (UTC). */
export type IdentityRow = Identity & { sentToday: number | null };

const rows = (ctx: OrgContext) =>
  ctx.db
    .select({ identity: sendingIdentities, sentToday: identityDays.sentCount })
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
  const flat = found.map(({ identity, sentToday }) => ({ ...identity, sentToday }));
  return toPage(flat, limit, ({ id }) => [id]);
}

export async function findIdentity(ctx: OrgContext, id: string): Promise<IdentityRow> {
  const [found] = await rows(ctx).where(and(live(ctx), eq(sendingIdentities.id, id)));
  if (!found) throw notFound();
  return { ...found.identity, sentToday: found.sentToday };
}
