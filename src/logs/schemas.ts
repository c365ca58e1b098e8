import { z } from '@hono/zod-openapi';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { ErrorRow } from './error-queries.ts';
import { type LogFilter, SHORTEST_WORD, wordsOf } from './log-filter.ts';
import type { LogRow } from './queries.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const Level = z.enum(levels);
const numberOf = (level: (typeof levels)[number]): number => (levels.indexOf(level) + 1) * 10;
const labelOf = (level: number) => levels[Math.min(6, Math.max(1, Math.floor(level / 10))) - 1]!;

const Words = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine(
    (text) => wordsOf(text).some((word) => word.length >= SHORTEST_WORD),
    bothLanguages({
      en: `At least one word of ${SHORTEST_WORD} letters or more`,
      tr: `En az biri ${SHORTEST_WORD} harf veya daha uzun olmalı`,
    }),
  );
const Search = Words.optional().openapi({
  description: 'Words of the message or of the fields; each must be there, at least one of three letters.',
});

const filters = {
  level: Level.optional().openapi({ description: 'This level or a higher one.' }),
  userId: Id.optional(),
  organizationId: Id.optional(),
  campaignId: Id.optional(),
  requestId: z.string().min(1).max(64).optional(),
  job: z.string().min(1).max(200).optional().openapi({ description: 'The name of a queue.' }),
  errorId: Id.optional(),
  search: Search,
};

export const TailQuery = z.strictObject(filters);
export const LogQuery = PageQuery.extend({
  ...filters,
  from: InstantIn.optional(),
  to: InstantIn.optional().openapi({ description: 'Before it.' }),
});

export const readFilter = ({ level, ...rest }: z.output<typeof TailQuery>): LogFilter => ({
  ...rest,
  level: level && numberOf(level),
});

export const LogLine = z
  .object({
    id: Id,
    at: InstantOut,
    level: Level,
    message: z.string(),
    requestId: z.string().nullable(),
    userId: Id.nullable(),
    organizationId: Id.nullable(),
    campaignId: Id.nullable(),
    job: z.string().nullable(),
    process: z.string().openapi({ description: 'Host and process id.' }),
    errorId: Id.nullable(),
    fields: z.record(z.string(), z.unknown()),
  })
  .openapi('LogLine');
export const LogPage = pageOf(LogLine);

export const presentLine = (row: LogRow): z.input<typeof LogLine> => ({
  id: row.id,
  at: toInstant(row.at),
  level: labelOf(row.level),
  message: row.message,
  requestId: row.requestId,
  userId: row.userId,
  organizationId: row.organizationId,
  campaignId: row.campaignId,
  job: row.job,
  process: row.process,
  errorId: row.fingerprint,
  fields: row.fields,
});

export const errorSorts = ['last-seen', 'first-seen', 'count'] as const;

export const ErrorQuery = PageQuery.extend({
  status: z.enum(['open', 'resolved']).optional(),
  level: filters.level,
  search: Search,
  sort: z.enum(errorSorts).default('last-seen'),
});

export const readErrorLevel = (level: z.output<typeof Level> | undefined): number | undefined =>
  level && numberOf(level);

export const ErrorBody = z.strictObject({ resolved: z.boolean() }).openapi('ErrorChange');

export const ErrorGroup = z
  .object({
    id: Id,
    type: z.string().openapi({ description: 'The class of the error.' }),
    message: z.string(),
    place: z.string().nullable().openapi({ description: 'Function and file of ours where it was thrown.' }),
    level: Level,
    count: z.int(),
    firstSeenAt: InstantOut,
    lastSeenAt: InstantOut,
    status: z.enum(['open', 'resolved']),
    resolvedAt: InstantOut.nullable(),
    resolvedBy: Id.nullable(),
    reopenedAt: InstantOut.nullable(),
    reopenings: z
      .int()
      .openapi({ description: 'How often it came again after it had been resolved, or was reopened.' }),
    sample: z.record(z.string(), z.unknown()).openapi({ description: 'The newest line’s fields.' }),
  })
  .openapi('ErrorGroup');
export const ErrorPage = pageOf(ErrorGroup);

export const presentError = (row: ErrorRow): z.input<typeof ErrorGroup> => ({
  id: row.id,
  type: row.type,
  message: row.message,
  place: row.place,
  level: labelOf(row.level),
  count: row.count,
  firstSeenAt: toInstant(row.firstSeenAt),
  lastSeenAt: toInstant(row.lastSeenAt),
  status: row.resolvedAt ? 'resolved' : 'open',
  resolvedAt: toInstant(row.resolvedAt),
  resolvedBy: row.resolvedBy,
  reopenedAt: toInstant(row.reopenedAt),
  reopenings: row.reopenings,
  sample: row.sample,
});
