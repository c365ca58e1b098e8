import { and, desc, eq, isNull } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { maySend } from './may-send.ts';

export type Identity = typeof sendingIdentities.$inferSelect;

/**
 * From whom a mail is to come: the identity asked for, or the organization's newest that is verified. 400 for one that is not there, 409
 * for one that is not verified; in the sandbox, where nobody gets the mail, any will do.
 */
export async function requireIdentity(ctx: OrgContext, id: string | undefined): Promise<Identity> {
  const found = await ctx.db
    .select()
    .from(sendingIdentities)
    .where(
      and(
        eq(sendingIdentities.organizationId, ctx.organizationId),
        isNull(sendingIdentities.deletedAt),
        id === undefined ? undefined : eq(sendingIdentities.id, id),
      ),
    )
    .orderBy(desc(sendingIdentities.id))
    .limit(100);
  if (id !== undefined && found.length === 0)
    throw invalid('from', { en: 'No such sending identity', tr: 'Böyle bir gönderen kimliği yok' });
  const usable =
    found.find(({ status }) => status === 'verified') ?? found.find((one) => maySend(one, ctx.carriers.of(one)));
  if (usable) return usable;
  throw new Problem('identity-not-verified', {
    detail:
      found.length === 0
        ? { en: 'Add a sending identity first', tr: 'Önce bir gönderen kimliği ekleyin' }
        : {
            en: 'The domain of this sending identity is not verified yet',
            tr: 'Bu gönderen kimliğinin alan adı henüz doğrulanmadı',
          },
  });
}
