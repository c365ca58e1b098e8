import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { holdSmsCredits } from '#src/credits/hold-sms-credits.ts';
import { smsMessages, type smsPurposes } from '#src/db/schema/sms.ts';
import { newId } from '#src/platform/ids.ts';
import { countSegments } from './count-segments.ts';
import { septetText, tidyText } from './fit-text.ts';
import { sendSmsJob } from './jobs.ts';
import { priceOfSegment } from './price-of-segment.ts';
import { publishSms } from './publish-sms.ts';
import { MOST_SEGMENTS, type Sms, WAITS_AT_MOST_MS } from './sms.ts';
import { type SmsBar, smsBar } from './sms-bar.ts';

export type NewSms = {
  customerId?: string | null | undefined;
  /** E.164. */
  phone: string;
  text: string;
  purpose: (typeof smsPurposes)[number];
  /** What it is about, such as `{ type: 'appointment', id }`. */
  reference?: { type: string; id: string } | undefined;
  /** What has not left by then is skipped; 24 hours from now unless told. */
  notAfter?: Date | undefined;
};
export type SkippedSms = SmsBar | 'insufficient-credits' | 'too-late' | 'too-long' | 'empty';
export type QueuedSms = { id: string; status: 'queued' } | { id: string; status: 'skipped'; reason: SkippedSms };

/**
 * Has an SMS sent on behalf of the acting user, who pays for it, once the surrounding transaction has committed. One that may not be sent, or that he
 * cannot pay for, is kept as `skipped` with the reason: nothing is thrown for that. What its carrier cannot write is left out of the text.
 */
export const queueSms = (ctx: OrgContext, input: NewSms): Promise<QueuedSms> =>
  inTransaction(ctx, async (ctx) => {
    const sms = draft(ctx, input, await priceOfSegment(ctx));
    const reason = (await refusalOf(ctx, sms)) ?? (await holdAll(ctx, sms));
    const status = reason ? 'skipped' : 'queued';
    const row = { ...sms, status, statusReason: reason } as const;
    await ctx.db.insert(smsMessages).values(row);
    await recordActivity(ctx, {
      verb: 'sms.queue',
      subjectType: 'sms',
      subjectId: sms.id,
      details: { purpose: sms.purpose, segments: sms.segments, status, ...(reason && { reason }) },
    });
    await publishSms(ctx, row);
    if (reason) return { id: sms.id, status: 'skipped', reason };
    await ctx.jobs.send(sendSmsJob, { smsId: sms.id });
    return { id: sms.id, status: 'queued' };
  });

type Draft = Pick<
  Sms,
  | 'id'
  | 'organizationId'
  | 'userId'
  | 'customerId'
  | 'phone'
  | 'body'
  | 'purpose'
  | 'referenceType'
  | 'referenceId'
  | 'encoding'
  | 'segments'
  | 'costCredits'
  | 'dueAt'
  | 'notAfterAt'
  | 'createdAt'
  | 'updatedAt'
>;

function draft(
  ctx: OrgContext,
  { customerId, phone, text, purpose, reference, notAfter }: NewSms,
  segmentCredits: number,
): Draft {
  const now = ctx.clock.now();
  const body = ctx.sms?.unicode === false ? septetText(text) : tidyText(text);
  const { encoding, segments } = countSegments(body, { turkish: ctx.sms?.turkish ?? true });
  return {
    id: newId(),
    organizationId: ctx.organizationId,
    userId: ctx.userId,
    customerId: customerId ?? null,
    phone,
    body,
    purpose,
    referenceType: reference?.type ?? null,
    referenceId: reference?.id ?? null,
    encoding,
    segments,
    costCredits: segments * segmentCredits,
    dueAt: now,
    notAfterAt: notAfter ?? new Date(now.getTime() + WAITS_AT_MOST_MS),
    createdAt: now,
    updatedAt: now,
  };
}

async function refusalOf(ctx: OrgContext, sms: Draft): Promise<SkippedSms | null> {
  if (sms.segments === 0) return 'empty';
  if (sms.segments > MOST_SEGMENTS) return 'too-long';
  if (sms.notAfterAt <= ctx.clock.now()) return 'too-late';
  return smsBar(ctx, sms);
}

const holdAll = async (ctx: OrgContext, { id, costCredits }: Draft): Promise<'insufficient-credits' | null> =>
  (await holdSmsCredits(ctx, { smsId: id, credits: costCredits })) ? null : 'insufficient-credits';
