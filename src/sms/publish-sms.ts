import type { AppContext } from '#src/context.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import type { Sms } from './sms.ts';

type Changed = Pick<
  Sms,
  'id' | 'organizationId' | 'customerId' | 'purpose' | 'referenceType' | 'referenceId' | 'status' | 'statusReason'
>;

/** Tells the organization's front ends how an SMS stands. */
export async function publishSms(ctx: AppContext, sms: Changed): Promise<void> {
  const { id, organizationId, customerId, purpose, referenceType, referenceId, status, statusReason } = sms;
  const data = { id, customerId, purpose, referenceType, referenceId, status, statusReason };
  await publishLiveEvent({ ...ctx, organizationId }, { type: 'sms.status-changed', data });
}
