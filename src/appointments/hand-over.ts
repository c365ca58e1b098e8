import { planMessages } from '#src/campaigns/plan-messages.ts';
import { type AppContext, actFor, type OrgContext } from '#src/context.ts';
import { openConversation } from '#src/conversations/open-conversation.ts';
import { queueMessages } from '#src/conversations/queue-messages.ts';
import { suppressionOf } from '#src/customers/is-suppressed.ts';
import type { PlannedMessage } from '#src/db/schema/campaigns.ts';
import { readMedia } from '#src/files/read-media.ts';
import { Problem } from '#src/platform/problem.ts';
import { queueSms } from '#src/sms/queue-sms.ts';
import { chooseActor, chooseSendingNumber, Hindered } from './choose-sender.ts';
import type { AppointmentFacts } from './read-appointment-facts.ts';

/** Where it went: one of them. */
export type HandedOver = { messageId?: string; smsId?: string; mailId?: string };
export type Words = { text: string | null; mediaIds?: string[] };
type WriteWords = (ctx: OrgContext) => Promise<Words>;

/** Nobody on the blacklist is written to, by whatever road; marketing consent is not asked for, since this is none. Throws `Hindered`. */
export async function requireReachable(
  ctx: AppContext,
  { appointment: { organizationId }, customer }: AppointmentFacts,
  road: 'phone' | 'email',
): Promise<string> {
  const address = customer[road];
  if (!address) throw new Hindered('no-address');
  const asked = { organizationId, customerId: customer.id, phone: null, email: null, [road]: address };
  const reason = await suppressionOf(ctx, { ...asked, includeGraylisted: true });
  if (reason) throw new Hindered(reason);
  return address;
}

/** Has a WhatsApp message wait ahead of all bulk, its credit held; in the transaction that writes it down. Throws `Hindered`. */
export async function handToWhatsapp(
  ctx: AppContext,
  facts: AppointmentFacts,
  writeWords: WriteWords,
): Promise<HandedOver> {
  const { organizationId, startsAt } = facts.appointment;
  const phone = await requireReachable(ctx, facts, 'phone');
  const { instanceId, userId } = await chooseSendingNumber(ctx, facts);
  const acting = actFor(ctx, { organizationId, userId });
  const outgoing = await plan(acting, await writeWords(acting));
  const conversation = await openConversation(ctx, { organizationId, instanceId, phone });
  try {
    const ids = await queueMessages(acting, conversation, outgoing, { waitsUntilAt: startsAt });
    return { messageId: ids.at(-1)! };
  } catch (error) {
    throw hinderedBy(error);
  }
}

async function plan(ctx: OrgContext, { text, mediaIds = [] }: Words): Promise<Omit<PlannedMessage, 'part'>[]> {
  const media = await readMedia(ctx, mediaIds);
  const planned = planMessages({ text, media, longestText: text?.length ?? 0 });
  return planned.map(({ kind, body, mediaId }) => ({ kind, body, mediaId }));
}

/** Has an SMS wait. Throws `Hindered`. */
export async function handToSms(
  ctx: AppContext,
  facts: AppointmentFacts,
  purpose: 'reminder' | 'approval',
  writeWords: WriteWords,
): Promise<HandedOver> {
  const { id, organizationId, startsAt } = facts.appointment;
  const phone = await requireReachable(ctx, facts, 'phone');
  const acting = actFor(ctx, { organizationId, userId: await chooseActor(ctx, facts) });
  const { text } = await writeWords(acting);
  const reference = { type: 'appointment', id };
  const customerId = facts.customer.id;
  const queued = await queueSms(acting, {
    customerId,
    phone,
    text: text ?? '',
    purpose,
    reference,
    notAfter: startsAt,
  });
  if (queued.status === 'skipped')
    throw new Hindered(queued.reason, { passing: queued.reason === 'insufficient-credits' });
  return { smsId: queued.id };
}

function hinderedBy(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  if (error.code === 'insufficient-credits') return new Hindered('insufficient-credits', { passing: true });
  return error.code === 'blacklisted' ? new Hindered('blacklisted') : error;
}
