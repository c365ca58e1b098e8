import { z } from '@hono/zod-openapi';
import { bothLanguages } from './read-request.ts';
import { isWritable } from './time.ts';

/** Building bricks of every room's schemas. */
export const Id = z.uuid();

export const IdParams = z.strictObject({ id: Id });

/** Times in: ISO 8601 with an offset, of a year that everybody can write. Times out: UTC. */
export const InstantIn = z.iso
  .datetime({
    offset: true,
    error: bothLanguages({
      en: 'An ISO 8601 time with an offset, such as 2026-01-15T21:00:00+03:00',
      tr: 'Saat farkı içeren bir ISO 8601 zamanı, örneğin 2026-01-15T21:00:00+03:00',
    }),
  })
  .refine(
    // what is no time at all has been refused as such
    (text) => Number.isNaN(Date.parse(text)) || isWritable(new Date(text)),
    bothLanguages({ en: 'A time between the years 1970 and 9999', tr: '1970 ile 9999 yılları arasında bir zaman' }),
  );
export const InstantOut = z.iso.datetime();

/** A Date in, `2026-01-15T18:00:00.000Z` out; null stays null. */
export const toInstant = <D extends Date | null>(at: D): D extends null ? string | null : string =>
  (at === null ? null : at.toISOString()) as never;

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(512).optional(),
});

export const pageOf = <S extends z.ZodType>(row: S) =>
  z.object({ data: z.array(row), nextCursor: z.string().nullable() });

/** A list of ids in a body: 1 to `max`, no repetition needed. */
export const idList = (max: number) => z.array(Id).min(1).max(max);
