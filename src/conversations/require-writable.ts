import type { OrgContext } from '#src/context.ts';
import { suppressionOf } from '#src/customers/is-suppressed.ts';
import { Problem } from '#src/platform/problem.ts';

/** 409 for somebody on the blacklist, or whose customer was deleted. The claim asks again before the message leaves. */
export async function requireWritable(
  ctx: OrgContext,
  { customerId, address }: { customerId: string | null; address: string },
): Promise<void> {
  const asked = { organizationId: ctx.organizationId, customerId, phone: address, email: null };
  const reason = await suppressionOf(ctx, { ...asked, includeGraylisted: true });
  if (reason === 'blacklisted') throw new Problem('blacklisted');
  if (reason === 'customer-deleted')
    throw new Problem('conflict', { detail: { en: 'This customer was deleted', tr: 'Bu müşteri silinmiş' } });
}
