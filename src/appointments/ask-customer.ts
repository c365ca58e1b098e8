import type { AppContext } from '#src/context.ts';
import type { reminderChannels } from '#src/db/schema/appointments.ts';
import { queueMailOnce } from '#src/mails/queue-mail.ts';
import { answerUrl, calendarFor, letterheadOf, mailDataOf } from './appointment-mail.ts';
import { smsWords, whatsappWords } from './appointment-words.ts';
import { Hindered } from './choose-sender.ts';
import { type HandedOver, handToSms, handToWhatsapp, requireReachable } from './hand-over.ts';
import { occurrencesOf } from './occurrences-of.ts';
import type { AppointmentFacts } from './read-appointment-facts.ts';
import type { Notice, Told } from './send-notice.ts';

type Channel = (typeof reminderChannels)[number];
type Ask = (ctx: AppContext, facts: AppointmentFacts, notice: Notice) => Promise<HandedOver>;

const asks: Record<Channel, Ask> = {
  whatsapp: (ctx, facts) =>
    handToWhatsapp(ctx, facts, async () => ({
      text: whatsappWords(facts, facts.language, 'ask', answerUrl(ctx, facts.appointment)),
    })),
  sms: (ctx, facts) =>
    handToSms(ctx, facts, 'approval', async () => ({
      text: smsWords(facts, facts.language, 'ask', answerUrl(ctx, facts.appointment)),
    })),
  async email(ctx, facts, notice) {
    const address = await requireReachable(ctx, facts, 'email');
    const { organizationId } = facts.appointment;
    const data = { ...mailDataOf(facts, facts.language), url: answerUrl(ctx, facts.appointment) };
    const calendar = calendarFor(ctx, facts, await occurrencesOf(ctx, facts.appointment, notice));
    const mailId = await queueMailOnce(
      ctx,
      {
        kind: 'appointment-requested',
        organizationId,
        language: facts.language,
        address,
        data,
        addition: { ...letterheadOf(facts), calendar },
      },
      `appointment-notice:${notice.id}`,
    );
    return mailId === null ? {} : { mailId };
  },
};

/** Sends the link by which a customer answers, on the road that was asked for, or else on the first of WhatsApp, SMS and mail that leads to him. Throws `Hindered`. */
export async function askCustomer(ctx: AppContext, facts: AppointmentFacts, notice: Notice): Promise<Told> {
  const roads: Channel[] = notice.channel ? [notice.channel] : ['whatsapp', 'sms', 'email'];
  let first: Hindered | null = null;
  for (const channel of roads)
    try {
      const handed = await trial(ctx, (ctx) => asks[channel](ctx, facts, notice));
      return { ...handed, channel };
    } catch (error) {
      if (!(error instanceof Hindered)) throw error;
      first ??= error;
    }
  throw first;
}

/** What was begun on a road that leads nowhere is undone. */
const trial = <T>(ctx: AppContext, work: (ctx: AppContext) => Promise<T>): Promise<T> =>
  ctx.db.transaction((tx) => work({ ...ctx, db: tx }));
