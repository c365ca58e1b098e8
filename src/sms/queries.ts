import { and, desc, eq, lt, type SQL } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { smsMessages, type smsPurposes, type smsStatuses } from '#src/db/schema/sms.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Sms } from './sms.ts';

export type SmsFilter = {
  status?: (typeof smsStatuses)[number] | undefined;
  purpose?: (typeof smsPurposes)[number] | undefined;
  customerId?: string | undefined;
  /** E.164. */
  phone?: string | undefined;
  referenceId?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

const own = (ctx: OrgContext): SQL | undefined =>
  and(
    eq(smsMessages.organizationId, ctx.organizationId),
    ctx.role === 'owner' ? undefined : eq(smsMessages.userId, ctx.userId),
  );

/** Newest first; an owner's, everybody's. */
export async function listSms(ctx: OrgContext, filter: SmsFilter): Promise<Page<Sms>> {
  const { status, purpose, customerId, phone, referenceId, limit, cursor } = filter;
  const rows = await ctx.db
    .select()
    .from(smsMessages)
    .where(
      and(
        own(ctx),
        status && eq(smsMessages.status, status),
        purpose && eq(smsMessages.purpose, purpose),
        customerId ? eq(smsMessages.customerId, customerId) : undefined,
        phone ? eq(smsMessages.phone, phone) : undefined,
        referenceId ? eq(smsMessages.referenceId, referenceId) : undefined,
        cursor ? lt(smsMessages.id, decodeIdCursor(cursor)) : undefined,
      ),
    )
    .orderBy(desc(smsMessages.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id]);
}

export async function getSms(ctx: OrgContext, id: string): Promise<Sms> {
  const [row] = await ctx.db
    .select()
    .from(smsMessages)
    .where(and(own(ctx), eq(smsMessages.id, id)));
  if (!row) throw notFound();
  return row;
}
