import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { requireConsultant } from '#src/customers/require-consultant.ts';
import { customers } from '#src/db/schema/customers.ts';
import { templates } from '#src/db/schema/templates.ts';
import { type FieldError, invalid, Problem } from '#src/platform/problem.ts';
import { isAboutAppointments } from '#src/templates/template.ts';
import {
  addMinutes,
  HORIZON_DAYS,
  limits,
  MOST_OCCURRENCES,
  minutesBetween,
  type Reminder,
  type Span,
} from './appointment.ts';
import type { Wanted } from './find-conflicts.ts';
import { readTimeZone } from './read-working-calendar.ts';
import { beginsAt, expandRule, type Rule, readRule } from './recurrence.ts';
import { type Wall, wallOf } from './wall-clock.ts';

export type Booking = Span & {
  customerId: string;
  /** Undefined: the caller; null: nobody. */
  consultantId?: string | null | undefined;
  title: string;
  place?: string | null | undefined;
  link?: string | null | undefined;
  note?: string | null | undefined;
  /** Undefined: the consultant's. */
  timeZone?: string | undefined;
  bufferMinutes: number;
  recurrence?: string | null | undefined;
  reminders: Reminder[];
  requiresApproval: boolean;
};

/** What recurs, and how far it is booked for now. */
export type DraftSeries = { rule: Rule; wall: Wall; expandedUntil: Date; ended: boolean };
export type Draft = Booking & {
  consultantId: string | null;
  timeZone: string;
  /** At least one, in order. */
  occurrences: Span[];
  series: DraftSeries | null;
};

const DAY_MINUTES = 1440;
const EARLIEST_DAYS = 366;

/** What a booking comes to: its times, one or those of its rule. Throws `invalid-request`. */
export async function draftBooking(ctx: OrgContext, booking: Booking): Promise<Draft> {
  const consultantId = consultantOf(ctx, booking);
  requireLength(booking);
  await requireConsultant(ctx, consultantId);
  await requireCustomer(ctx, booking.customerId);
  await requireTemplates(ctx, booking.reminders);
  const timeZone = booking.timeZone ?? (await readTimeZone(ctx, consultantId ?? ctx.userId));
  const { startsAt, endsAt } = booking;
  const draft = { ...booking, consultantId, timeZone };
  if (!booking.recurrence) return { ...draft, occurrences: [{ startsAt, endsAt }], series: null };
  const rule = readRule(booking.recurrence, timeZone);
  const wall = wallOf(startsAt, timeZone);
  return { ...draft, ...draftSeries(ctx, rule, wall, { ...booking, timeZone }) };
}

export const consultantOf = (ctx: OrgContext, { consultantId }: Pick<Booking, 'consultantId'>): string | null =>
  consultantId === undefined ? ctx.userId : consultantId;

type Shape = Span & { timeZone: string; bufferMinutes: number };

/** The times of a rule, as far ahead as series are booked. */
export function draftSeries(
  ctx: OrgContext,
  rule: Rule,
  wall: Wall,
  shape: Shape,
): { occurrences: Span[]; series: DraftSeries } {
  const { startsAt, endsAt, timeZone, bufferMinutes } = shape;
  const now = ctx.clock.now();
  if (
    startsAt < addMinutes(now, -EARLIEST_DAYS * DAY_MINUTES) ||
    startsAt > addMinutes(now, HORIZON_DAYS * DAY_MINUTES)
  )
    throw invalid('startsAt', {
      en: 'A series begins between a year ago and two years from now',
      tr: 'Bir dizi en erken bir yıl önce, en geç iki yıl sonra başlar',
    });
  if (!beginsAt(rule, wall))
    throw invalid('recurrence', {
      en: 'The first appointment is none of this rule: move it, or change the rule',
      tr: 'İlk randevu bu kurala uymuyor: randevuyu ya da kuralı değiştirin',
    });
  const horizon = addMinutes(startsAt > now ? startsAt : now, HORIZON_DAYS * DAY_MINUTES);
  const { starts, ended } = expandRule(rule, { wall, timeZone }, { until: horizon, most: MOST_OCCURRENCES });
  if (starts.length === 0) throw invalid('recurrence', { en: 'It is over before it begins', tr: 'Başlamadan bitiyor' });
  requireRoom(starts, minutesBetween(startsAt, endsAt) + bufferMinutes);
  const minutes = minutesBetween(startsAt, endsAt);
  return {
    occurrences: starts.map((at) => ({ startsAt: at, endsAt: addMinutes(at, minutes) })),
    series: { rule, wall, expandedUntil: starts.length === MOST_OCCURRENCES ? starts.at(-1)! : horizon, ended },
  };
}

function requireRoom(starts: Date[], minutes: number): void {
  if (starts.every((at, i) => i === 0 || addMinutes(starts[i - 1]!, minutes) <= at)) return;
  throw invalid('recurrence', {
    en: 'Its appointments, with their buffers, overlap each other',
    tr: 'Randevuları, aralarındaki boşlukla birlikte, birbiriyle çakışıyor',
  });
}

export function requireLength({ startsAt, endsAt }: Span): void {
  if (endsAt <= startsAt)
    throw invalid('endsAt', { en: 'Must be later than the start', tr: 'Başlangıçtan sonra olmalı' });
  if (minutesBetween(startsAt, endsAt) > limits.minutes)
    throw invalid('endsAt', { en: 'At most seven days after the start', tr: 'Başlangıçtan en çok yedi gün sonra' });
}

/** Locks the customer against being deleted meanwhile. */
async function requireCustomer(ctx: OrgContext, id: string): Promise<void> {
  const query = ctx.db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.id, id), eq(customers.organizationId, ctx.organizationId), isNull(customers.deletedAt)));
  const [customer] = await (ctx.transaction ? query.for('share') : query);
  if (!customer) throw invalid('customerId', { en: 'No such customer', tr: 'Böyle bir müşteri yok' });
}

/** Every template is there, of its reminder's channel, and informs: an offer would be marketing, for which a reminder asks nobody's consent. */
export async function requireTemplates(ctx: OrgContext, reminders: Reminder[]): Promise<void> {
  const ids = reminders.flatMap(({ templateId }) => templateId ?? []);
  if (ids.length === 0) return;
  const rows = await ctx.db
    .select({ id: templates.id, channel: templates.channel, category: templates.category })
    .from(templates)
    .where(and(eq(templates.organizationId, ctx.organizationId), inArray(templates.id, ids)));
  const informing = rows.filter(({ category }) => isAboutAppointments(category));
  const channels = new Map(informing.map(({ id, channel }) => [id, channel]));
  const errors: FieldError[] = reminders.flatMap(({ templateId, channel }, i) =>
    templateId === null || channels.get(templateId.toLowerCase()) === channel
      ? []
      : [
          {
            path: `reminders[${i}].templateId`,
            message: {
              en: 'No template of this channel for reminding of or confirming appointments',
              tr: 'Bu kanalın randevu hatırlatması ya da onayı için böyle bir şablonu yok',
            },
          },
        ],
  );
  if (errors.length > 0) throw new Problem('invalid-request', { errors });
}

/** What it takes of people's time. */
export const wantedBy = (draft: Draft): Wanted[] =>
  draft.occurrences.map((occurrence) => ({
    ...occurrence,
    consultantId: draft.consultantId,
    customerId: draft.customerId,
    bufferMinutes: draft.bufferMinutes,
  }));
