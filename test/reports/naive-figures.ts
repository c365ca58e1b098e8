import { type Figures, noFigures } from '#src/reports/figures.ts';
import type { Business } from './random-business.ts';

type Span = { from: Date; to: Date };
const WEEK_MS = 7 * 86_400_000;

/** What a report must say, counted one by one. */
export function naiveFigures(b: Business, span: Span, person: string | null = null): Figures {
  const within = (at: Date | null): boolean => at !== null && at >= span.from && at < span.to;
  const his = (id: string | null): boolean => person === null || id === person;
  const figures = noFigures();
  const out = b.messages.filter((m) => m.direction === 'out' && !m.typedOnPhone && within(m.sentAt) && his(m.userId));
  const inward = b.messages.filter(
    (m) => m.direction === 'in' && m.kind !== 'reaction' && within(m.saidAt) && his(m.userId),
  );
  const mails = b.mails.filter((mail) => within(mail.sentAt) && his(mail.userId));
  const sms = b.sms.filter((one) => within(one.sentAt) && his(one.userId));
  const credits = b.credits.filter((one) => within(one.createdAt) && his(one.userId));
  // double booking is another test's matter: nobody in particular has them
  const appointments =
    person === null ? b.appointments.filter((one) => within(one.startsAt) && one.status !== 'declined') : [];
  const sum = (of: { amount: number }[]) => of.reduce((total, { amount }) => total + amount, 0);
  const waits = waitsOf(b, span).filter((one) => his(one.userId));
  const times = waits.flatMap(({ seconds }) => (seconds === null ? [] : [seconds])).sort((x, y) => x - y);
  return Object.assign(figures, {
    customersWon: b.customers.filter((one) => within(one.createdAt) && his(one.consultantId)).length,
    whatsappSent: out.length,
    whatsappDelivered: out.filter((m) => ['delivered', 'read', 'played'].includes(m.status)).length,
    whatsappRead: out.filter((m) => ['read', 'played'].includes(m.status)).length,
    whatsappFailed: out.filter((m) => m.status === 'failed').length,
    whatsappReplied: new Set(inward.flatMap((m) => m.answers ?? [])).size,
    messagesReceived: inward.length,
    emailSent: mails.length,
    emailDelivered: mails.filter((mail) => mail.deliveredAt).length,
    emailOpened: mails.filter((mail) => mail.openedAt).length,
    emailClicked: mails.filter((mail) => mail.clickedAt).length,
    emailBounced: mails.filter((mail) => mail.bouncedAt).length,
    emailUnsubscribed: mails.filter((mail) => mail.unsubscribedAt).length,
    smsSent: sms.length,
    smsDelivered: sms.filter((one) => one.status === 'delivered').length,
    smsFailed: sms.filter((one) => one.status === 'failed').length,
    creditsToppedUp: sum(credits.filter(({ type }) => type === 'top-up')),
    creditsSpent: -sum(credits.filter(({ type }) => ['campaign', 'message', 'refund'].includes(type))) || 0,
    appointmentsPlanned: appointments.length,
    appointmentsKept: appointments.filter(({ status }) => status === 'done').length,
    appointmentsMissed: appointments.filter(({ status }) => status === 'no-show').length,
    appointmentsCancelled: appointments.filter(({ status }) => status === 'cancelled').length,
    chatAsked: waits.length,
    chatAnswered: times.length,
    chatMedianSeconds: percentile(times, 0.5),
    chatP90Seconds: percentile(times, 0.9),
  });
}

/** Everybody who began to wait in the period, message by message. */
function waitsOf(b: Business, { from, to }: Span): { userId: string; seconds: number | null }[] {
  return b.conversations.flatMap(({ id }) => {
    const said = b.messages
      .filter((m) => m.conversationId === id && m.kind !== 'reaction' && (m.direction === 'in' || m.sentAt))
      .sort((x, y) => x.saidAt!.getTime() - y.saidAt!.getTime() || (x.id < y.id ? -1 : 1));
    return said.flatMap((m, i) => {
      const begins = m.direction === 'in' && (i === 0 || said[i - 1]!.direction === 'out');
      if (!begins || m.saidAt! < from || m.saidAt! >= to) return [];
      const answer = said.slice(i).find((later) => later.direction === 'out');
      const ms = answer ? answer.saidAt!.getTime() - m.saidAt!.getTime() : Number.POSITIVE_INFINITY;
      return [ms <= WEEK_MS ? { userId: answer!.userId, seconds: ms / 1000 } : { userId: m.userId, seconds: null }];
    });
  });
}

/** Between the two that it falls between. */
function percentile(sorted: number[], p: number): number | null {
  if (sorted.length === 0) return null;
  const place = p * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}
