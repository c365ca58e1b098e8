import { z } from '@hono/zod-openapi';
import { reportFormats, reportKinds, reportStatuses } from '#src/db/schema/reports.ts';
import { languages } from '#src/platform/language.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantOut, pageOf, toInstant } from '#src/platform/schemas.ts';
import { figureKeys, timeKeys } from './figures.ts';
import { labelOf, lastDayOf, periodBetween } from './period.ts';
import { fileNameOf, type Report } from './report.ts';
import { nextSending, type Schedule } from './schedule.ts';

const Month = z
  .string()
  .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, bothLanguages({ en: 'A month such as 2026-10', tr: '2026-10 gibi bir ay' }))
  .openapi({ example: '2026-10' });
const Year = z
  .string()
  .regex(/^20\d{2}$/, bothLanguages({ en: 'A year such as 2026', tr: '2026 gibi bir yıl' }))
  .openapi({ example: '2026' });
const Day = z.iso
  .date({ abort: true })
  .refine(
    (day) => day >= '2000-01-01' && day < '2100-01-01',
    bothLanguages({ en: 'A day between 2000 and 2099', tr: '2000 ile 2099 arasında bir gün' }),
  );
const Format = z.enum(reportFormats);
const Language_ = z.enum(languages);

const asFile = {
  format: Format.optional().openapi({ description: 'Instead of an Accept header' }),
  language: Language_.optional().openapi({
    description: 'Of the file; that of Accept-Language, or your own, unless told',
  }),
};
export const MonthQuery = z.strictObject({
  month: Month.optional().openapi({ description: 'The last one that is over, unless told' }),
  ...asFile,
});
export const DaysQuery = z.strictObject({
  from: Day.optional().openapi({ description: 'Together with `to`; the last month that is over, unless told' }),
  to: Day.optional().openapi({ description: 'Counted, too; at most 366 days' }),
  ...asFile,
});

export const ReportIn = z
  .strictObject({
    kind: z.enum(reportKinds),
    month: Month.optional(),
    year: Year.optional(),
    from: Day.optional(),
    to: Day.optional(),
    format: Format.default('pdf'),
    language: Language_.optional(),
  })
  .openapi('ReportRequest', { description: 'Of a `month`, a `year`, or the days `from` … `to`.' });

const count = z.number().int();
const part = z.number().nullable();
const Figures = z
  .object({
    ...(Object.fromEntries(figureKeys.map((key) => [key, count])) as Record<(typeof figureKeys)[number], typeof count>),
    ...(Object.fromEntries(timeKeys.map((key) => [key, part])) as Record<(typeof timeKeys)[number], typeof part>),
  })
  .openapi('ReportFigures', {
    description:
      'What was sent counts in the period in which it was sent, and as it stands now. `whatsappReplied`: people who answered a campaign. Credits as in the statement. `chatAsked`: people who began to wait for an answer in the chat; the times run from the first message after our last one to our next one, in seconds; after seven days there is none.',
  });
const Changes = z
  .record(z.string(), z.number().nullable())
  .openapi({ description: 'By what part each figure changed since the period before; null: there was nothing' });
const Compared = { figures: Figures, previous: Figures, change: Changes };

const Head = {
  kind: z.enum(reportKinds),
  organization: z.object({ id: Id, name: z.string() }),
  period: z.object({ from: z.string(), to: z.string(), timeZone: z.string() }),
  generatedAt: InstantOut,
};

export const MonthlyOut = z
  .object({
    ...Head,
    ...Compared,
    buckets: z.array(
      z.object({
        bucket: z.string().openapi({ example: '2026-10-07' }),
        whatsappSent: count,
        emailSent: count,
        smsSent: count,
        messagesReceived: count,
        customersWon: count,
      }),
    ),
    customersBySource: z.array(z.object({ source: z.string().nullable(), customers: count })),
    campaigns: z.array(
      z.object({
        id: Id,
        name: z.string(),
        channel: z.enum(['whatsapp', 'email']),
        startedAt: InstantOut,
        recipients: count,
        sent: count,
        delivered: count,
        read: count,
        failed: count,
        replied: count,
      }),
    ),
  })
  .openapi('MonthlyReport');

export const ConsultantsOut = z
  .object({
    ...Head,
    consultants: z.array(z.object({ userId: Id.nullable(), name: z.string().nullable(), ...Compared })),
    total: z.object(Compared),
  })
  .openapi('ConsultantsReport');

const Lead = {
  customers: count,
  contacted: count,
  replied: count,
  withAppointment: count,
  kept: count,
  contactRate: part,
  replyRate: part,
  appointmentRate: part,
  conversion: part.openapi({ description: 'The part of the customers who came to an appointment' }),
};
export const LeadSourcesOut = z
  .object({
    ...Head,
    sources: z.array(z.object({ source: z.string().nullable(), ...Lead })),
    others: z.object(Lead).nullable(),
    total: z.object(Lead),
  })
  .openapi('LeadSourcesReport');

export const ReportOut = z
  .object({
    id: Id,
    kind: z.enum(reportKinds),
    from: z.string(),
    to: z.string(),
    format: Format,
    language: Language_,
    status: z.enum(reportStatuses),
    statusReason: z.string().nullable(),
    progress: z.number().min(0).max(1),
    scheduled: z.boolean(),
    fileName: z.string(),
    sizeBytes: z.number().int().nullable(),
    createdAt: InstantOut,
    endedAt: InstantOut.nullable(),
    expiresAt: InstantOut.nullable(),
  })
  .openapi('Report');
export const ReportPage = pageOf(ReportOut);

export function presentStored(report: Report): z.input<typeof ReportOut> {
  const period = periodBetween(report.fromDay, report.toDay, 'utc');
  return {
    id: report.id,
    kind: report.kind,
    from: report.fromDay,
    to: lastDayOf(period),
    format: report.format,
    language: report.language,
    status: report.status,
    statusReason: report.statusReason,
    progress: report.status === 'completed' ? 1 : Math.min(report.doneSteps / Math.max(report.totalSteps, 1), 0.99),
    scheduled: report.scheduledMonth !== null,
    fileName: fileNameOf(report.kind, labelOf(period), report.format, report.language),
    sizeBytes: report.sizeBytes,
    createdAt: toInstant(report.createdAt),
    endedAt: toInstant(report.endedAt),
    expiresAt: toInstant(report.expiresAt),
  };
}

export const ScheduleIn = z
  .strictObject({
    enabled: z.boolean(),
    kind: z.enum(['monthly', 'consultants']).default('monthly'),
    format: z.enum(['pdf', 'xlsx']).default('pdf'),
  })
  .openapi('ReportScheduleUpdate');
export const ScheduleOut = z
  .object({
    enabled: z.boolean(),
    kind: z.enum(['monthly', 'consultants']),
    format: z.enum(['pdf', 'xlsx']),
    nextAt: InstantOut.nullable().openapi({ description: 'The first of the month at 8:00, on your clock' }),
  })
  .openapi('ReportSchedule');

export const presentSchedule = (
  schedule: Schedule | null,
  now: Date,
  timeZone: string,
): z.input<typeof ScheduleOut> => ({
  enabled: schedule?.enabled ?? false,
  kind: schedule?.kind ?? 'monthly',
  format: schedule?.format ?? 'pdf',
  nextAt: schedule?.enabled ? toInstant(nextSending(schedule, now, timeZone)) : null,
});
