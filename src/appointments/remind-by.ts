import { type AppContext, actFor } from '#src/context.ts';
import type { reminderChannels } from '#src/db/schema/appointments.ts';
import { queueMailOnce } from '#src/mails/queue-mail.ts';
import { Problem } from '#src/platform/problem.ts';
import { type RenderedTemplate, renderTemplate } from '#src/templates/render-template.ts';
import { answerUrl, calendarFor, letterheadOf, mailDataOf } from './appointment-mail.ts';
import { sayWhere, smsWords, whatsappWords } from './appointment-words.ts';
import { chooseActor } from './choose-sender.ts';
import { type HandedOver, handToSms, handToWhatsapp, requireReachable } from './hand-over.ts';
import type { AppointmentFacts } from './read-appointment-facts.ts';
import type { ReminderSend } from './send-reminder.ts';

type Channel = (typeof reminderChannels)[number];
type Remind = (ctx: AppContext, facts: AppointmentFacts, send: ReminderSend) => Promise<HandedOver>;

/** Hands a reminder over to each channel, in the words of its template or in ours. Throws `Hindered`. */
export const remindBy: Record<Channel, Remind> = {
  whatsapp: (ctx, facts, send) =>
    handToWhatsapp(ctx, facts, async (acting) => {
      const filled = await fillTemplate(acting, facts, send);
      if (filled) return filled;
      const url = answerUrl(ctx, facts.appointment);
      return { text: whatsappWords(facts, send.language ?? facts.language, 'remind', url) };
    }),
  sms: (ctx, facts, send) =>
    handToSms(ctx, facts, 'reminder', async (acting) => {
      const filled = await fillTemplate(acting, facts, send);
      return filled ?? { text: smsWords(facts, send.language ?? facts.language, 'remind', '') };
    }),
  async email(ctx, facts, send) {
    const address = await requireReachable(ctx, facts, 'email');
    const { organizationId } = facts.appointment;
    const acting = actFor(ctx, { organizationId, userId: await chooseActor(ctx, facts) });
    const filled = await fillTemplate(acting, facts, send, address);
    const language = send.language ?? filled?.language ?? facts.language;
    const mail = filled?.mail;
    const mailId = await queueMailOnce(
      acting,
      {
        kind: 'appointment-reminder',
        organizationId,
        language,
        address,
        data: { ...mailDataOf(facts, language), url: answerUrl(ctx, facts.appointment) },
        addition: {
          ...letterheadOf(facts),
          calendar: calendarFor(ctx, facts, [facts.appointment]),
          ...(mail && { rendered: { subject: mail.subject, html: mail.html, plain: mail.text } }),
        },
      },
      `appointment-reminder:${send.id}`,
    );
    return mailId === null ? {} : { mailId };
  },
};

/** Null: there is no template, or it is of no use any more; then our own words stand in. */
async function fillTemplate(
  ctx: Parameters<typeof renderTemplate>[0],
  { appointment, customer, consultant }: AppointmentFacts,
  { templateId, channel }: ReminderSend,
  sentTo?: string,
): Promise<RenderedTemplate | null> {
  if (templateId === null) return null;
  const { startsAt, title, timeZone } = appointment;
  const about = { startsAt, title, timeZone, place: sayWhere(appointment) || null, consultantName: consultant?.name };
  try {
    const request = {
      templateId,
      channel,
      customerId: customer.id,
      appointment: about,
      purpose: 'appointment' as const,
    };
    return await renderTemplate(ctx, { ...request, sentTo });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    ctx.log.warn({ templateId, code: error.code }, 'a reminder goes out in our own words: its template cannot be used');
    return null;
  }
}
