import type { SmsOutcome } from '#src/channels/sms/sms-outcome.ts';
import { unknown } from '#src/channels/sms/sms-outcome.ts';
import type { AppContext } from '#src/context.ts';
import { persist } from '#src/platform/persist.ts';
import { noteTrail } from '#src/platform/trail.ts';
import { claimSms } from './claim-sms.ts';
import { recordSmsOutcome } from './record-sms-outcome.ts';
import type { Sms } from './sms.ts';

/** Hands an SMS over and writes down what came of it. One whose outcome nobody knows is looked for, never sent again. */
export async function sendSms(ctx: AppContext, smsId: string): Promise<void> {
  const sms = await claimSms(ctx, smsId);
  if (!sms) return;
  noteTrail({ organizationId: sms.organizationId, userId: sms.userId });
  const outcome = await handOver(ctx, sms);
  if (outcome.kind !== 'accepted')
    ctx.log.warn(
      { smsId, outcome: outcome.kind, reason: outcome.reason, cause: outcome.cause },
      'an SMS was not taken',
    );
  else ctx.log.info({ smsId }, 'an SMS was sent');
  await persist(ctx.log, 'outcome of an SMS', () => recordSmsOutcome(ctx, sms, outcome));
}

async function handOver(ctx: AppContext, sms: Sms): Promise<SmsOutcome> {
  const { id, phone, body, encoding, notAfterAt } = sms;
  const ttlSeconds = Math.max(60, Math.floor((notAfterAt.getTime() - ctx.clock.now().getTime()) / 1000));
  try {
    return await ctx.sms!.send({ id, phone, text: body, encoding, ttlSeconds });
  } catch (error) {
    return unknown('server-error', String(error));
  }
}
