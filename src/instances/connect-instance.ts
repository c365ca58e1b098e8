import { and, eq, isNull, lt, or } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import type { EvolutionClient } from '#src/channels/evolution/evolution-client.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { Problem } from '#src/platform/problem.ts';
import { applyConnectionNews } from './apply-connection-news.ts';
import { askConnection } from './ask-connection.ts';
import { clientOf } from './client-of.ts';
import { currentQr, type Instance } from './instance.ts';
import { provisionInstance } from './provision-instance.ts';
import { getInstance, type InstanceView, type InstanceWithServer } from './queries.ts';
import { readNumber } from './read-number.ts';
import { saveQr } from './save-qr.ts';

const AGAIN_AFTER_MS = 10_000;

/**
 * Has Evolution connect, and hands back the QR code (with `number`, also a pairing code) if one came at once; else it comes
 * by webhook. An open connection and a QR code that can still be scanned are left as they are. Evolution is asked once in
 * ten seconds at most, for each call may start another socket there.
 */
export async function connectInstance(
  ctx: OrgContext,
  id: string,
  input: { number?: string | undefined },
): Promise<InstanceView> {
  const found = await getInstance(ctx, id);
  const number = input.number === undefined ? null : await readNumber(ctx, input.number);
  const { instance } = found;
  if (instance.status === 'open' || (!number && currentQr(instance, ctx.clock.now()))) return found;
  if (await claimCall(ctx, id)) await callEvolution(ctx, found, number);
  else if (number) throw new Problem('rate-limited', { headers: { 'Retry-After': String(AGAIN_AFTER_MS / 1000) } });
  return getInstance(ctx, id);
}

function claimCall(ctx: OrgContext, id: string): Promise<boolean> {
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const notJustAsked = or(
      isNull(instances.connectAskedAt),
      lt(instances.connectAskedAt, new Date(now.getTime() - AGAIN_AFTER_MS)),
    );
    const claimed = await ctx.db
      .update(instances)
      .set({ connectAskedAt: now })
      .where(and(eq(instances.id, id), notJustAsked))
      .returning({ id: instances.id });
    if (claimed.length === 0) return false;
    await recordActivity(ctx, { verb: 'instances.connect', subjectType: 'instance', subjectId: id });
    return true;
  });
}

async function callEvolution(
  ctx: OrgContext,
  { instance, server }: InstanceWithServer,
  number: string | null,
): Promise<void> {
  if (!instance.provisionedAt) return createAgain(ctx, instance, number);
  const client = clientOf(ctx, server);
  if (number) await endAttempt(client, instance);
  const outcome = await client.connect(instance.providerName, number);
  if (outcome.kind === 'rejected' && outcome.reason === 'instance-missing') return createAgain(ctx, instance, number);
  if (outcome.kind !== 'accepted') {
    ctx.log.warn(
      { instanceId: instance.id, reason: outcome.reason, cause: outcome.cause },
      'evolution did not connect',
    );
    throw unavailable();
  }
  const { open, qr } = outcome.value;
  const at = ctx.clock.now();
  if (qr) return saveQr(ctx, instance.id, qr);
  const news = open ? await askConnection(client, instance.providerName) : ({ type: 'asked' } as const);
  if (news) await applyConnectionNews(ctx, [{ instanceId: instance.id, news, at }]);
}

/** While a socket is connecting Evolution ignores the number; it takes it for a new one only. */
async function endAttempt(client: EvolutionClient, { providerName }: Instance): Promise<void> {
  const state = await client.connectionState(providerName);
  if (state.kind === 'accepted' && state.value === 'connecting') await client.logout(providerName);
}

/** Someone removed it at Evolution, or it never came to be. */
async function createAgain(ctx: OrgContext, { id }: Instance, number: string | null): Promise<void> {
  await ctx.db.update(instances).set({ provisionedAt: null }).where(eq(instances.id, id));
  const at = ctx.clock.now();
  if ((await provisionInstance(ctx, id, number)) === 'refused') throw unavailable();
  await applyConnectionNews(ctx, [{ instanceId: id, news: { type: 'asked' }, at }]);
}

const unavailable = (): Problem => new Problem('whatsapp-unavailable', { headers: { 'Retry-After': '15' } });
