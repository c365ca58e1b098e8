import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { applyConnectionNews } from './apply-connection-news.ts';
import { clientOf } from './client-of.ts';
import { getInstance } from './queries.ts';

/** Unlinks the phone; connecting again needs a new QR code. Done also when it was not linked. */
export async function logoutInstance(ctx: OrgContext, id: string): Promise<void> {
  const { instance, server } = await getInstance(ctx, id);
  const outcome = await clientOf(ctx, server).logout(instance.providerName);
  const missing = outcome.kind === 'rejected' && outcome.reason === 'instance-missing';
  if (outcome.kind !== 'accepted' && !missing) {
    ctx.log.warn({ instanceId: id, reason: outcome.reason, cause: outcome.cause }, 'evolution did not log out');
    throw new Problem('whatsapp-unavailable', { headers: { 'Retry-After': '15' } });
  }
  await inTransaction(ctx, async (ctx) => {
    await recordActivity(ctx, { verb: 'instances.logout', subjectType: 'instance', subjectId: id });
    const at = ctx.clock.now();
    await applyConnectionNews(ctx, [{ instanceId: id, news: { type: 'closed', code: null }, at, asked: true }]);
  });
}
