import type { AppContext } from '#src/context.ts';
import { queueMailOnce } from '#src/mails/queue-mail.ts';
import { answerUrl, calendarFor, letterheadOf, mailDataOf } from './appointment-mail.ts';
import { requireReachable } from './hand-over.ts';
import { occurrencesOf } from './occurrences-of.ts';
import type { AppointmentFacts } from './read-appointment-facts.ts';
import type { Notice, Told } from './send-notice.ts';

const kinds = {
  requested: 'appointment-requested',
  confirmed: 'appointment-confirmed',
  moved: 'appointment-moved',
  cancelled: 'appointment-cancelled',
  declined: 'appointment-cancelled',
  proposed: 'appointment-moved',
} as const;

/** Tells the customer by mail how his appointment stands, with an entry for his calendar. Throws `Hindered`. */
export async function mailCustomer(ctx: AppContext, facts: AppointmentFacts, notice: Notice): Promise<Told> {
  const address = await requireReachable(ctx, facts, 'email');
  const { language, appointment } = facts;
  const calendar = calendarFor(ctx, facts, await occurrencesOf(ctx, appointment, notice));
  const mailId = await queueMailOnce(
    ctx,
    {
      kind: kinds[notice.kind],
      organizationId: appointment.organizationId,
      language,
      address,
      data: { ...mailDataOf(facts, language), url: answerUrl(ctx, appointment) },
      addition: { ...letterheadOf(facts), calendar },
    },
    `appointment-notice:${notice.id}`,
  );
  return { channel: 'email', ...(mailId !== null && { mailId }) };
}
