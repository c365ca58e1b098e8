import { z } from '@hono/zod-openapi';
import { cleanLine, limits } from '#src/customers/customer.ts';
import { Customer, presentCustomer } from '#src/customers/schemas.ts';
import type { Language } from '#src/platform/language.ts';
import { Id, InstantOut, toInstant } from '#src/platform/schemas.ts';
import { type FilterProblem, problemReasons } from './filter-problem.ts';
import { type Filter, FilterIn } from './read-filter.ts';
import type { SegmentPreview, SegmentView } from './segment-queries.ts';

const Name = z.string().overwrite(cleanLine).min(1).max(limits.name);
export const SegmentBody = z.strictObject({ name: Name, filter: FilterIn }).openapi('SegmentBody');
export const SegmentChanges = z
  .strictObject({ name: Name.optional(), filter: FilterIn.optional() })
  .openapi('SegmentChanges', { description: 'What is left out stays.' });

const Problems = z.array(z.object({ path: z.string(), reason: z.enum(problemReasons), message: z.string() })).openapi({
  description: 'What the filter speaks of and is not there any more. With one of them nobody is in the segment.',
});

export const Segment = z
  .object({
    id: Id,
    name: z.string(),
    filter: FilterIn,
    customerCount: z.int().nullable().openapi({ description: 'Who is in it now; null in lists.' }),
    problems: Problems.nullable().openapi({ description: 'Null in lists.' }),
    createdBy: Id.nullable(),
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('Segment');

export const Preview = z
  .object({ customerCount: z.int(), customers: z.array(Customer).openapi({ description: 'The newest 20.' }) })
  .openapi('SegmentPreview');

const presentProblems = (problems: FilterProblem[], language: Language) =>
  problems.map(({ message, ...problem }) => ({ ...problem, message: message[language] }));

export const presentSegment = (row: SegmentView, language: Language): z.input<typeof Segment> => ({
  ...row,
  filter: row.filter as Filter,
  problems: row.problems && presentProblems(row.problems, language),
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

export const presentPreview = ({ customerCount, customers }: SegmentPreview): z.input<typeof Preview> => ({
  customerCount,
  customers: customers.map(presentCustomer),
});
