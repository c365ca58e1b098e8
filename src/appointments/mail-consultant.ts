import { eq } from 'drizzle-orm';
import { findCorrespondent } from '#src/accounts/find-correspondent.ts';
import type { AppContext } from '#src/context.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { queueMailOnce } from '#src/mails/queue-mail.ts';
import { mailDataOf } from './appointment-mail.ts';
import { sayWhen } from './appointment-words.ts';
import { Hindered } from './choose-sender.ts';
import type { AppointmentFacts } from './read-appointment-facts.ts';
import type { Notice, Told } from './send-notice.ts';

/** Tells the consultant, or where there is none the owner, by mail what the customer has answered, if he wants to be told. Throws `Hindered`. */
export async function mailConsultant(ctx: AppContext, facts: AppointmentFacts, { id, kind }: Notice): Promise<Told> {
  const { appointment, consultant, owner, customer } = facts;
  const userId = consultant?.id ?? owner?.id;
  const person = userId ? await findCorrespondent(ctx, { userId }) : null;
  if (!person?.emailVerified) throw new Hindered('no-address');
  const [wish] = await ctx.db
    .select({ wished: userSettings.mailAppointments })
    .from(userSettings)
    .where(eq(userSettings.userId, person.userId));
  if (wish?.wished === false) throw new Hindered('not-wished');
  const { language, email: address } = person;
  const { organizationId, timeZone, proposedStartAt, proposedNote } = appointment;
  const { organization, title, when, place } = mailDataOf(facts, language);
  const about = { name: person.name, organization, title, when, place, customer: customer.name };
  const proposed = proposedStartAt ? sayWhen(proposedStartAt, language, timeZone) : '';
  const letter = { organizationId, language, address };
  const key = `appointment-notice:${id}`;
  const mailId = await (kind === 'proposed'
    ? queueMailOnce(
        ctx,
        { ...letter, kind: 'appointment-time-proposed', data: { ...about, proposed, note: proposedNote ?? '' } },
        key,
      )
    : kind === 'confirmed'
      ? queueMailOnce(ctx, { ...letter, kind: 'appointment-approved', data: about }, key)
      : queueMailOnce(ctx, { ...letter, kind: 'appointment-declined', data: about }, key));
  return { channel: 'email', ...(mailId !== null && { mailId }) };
}
