import { z } from '@hono/zod-openapi';
import { bothLanguages } from '#src/platform/read-request.ts';
import { type FieldName, type Leaf, LeafIn, leafSchemas } from './leaf-schemas.ts';

/** What a customer must be like. */
export type Filter = { and: Filter[] } | { or: Filter[] } | { not: Filter } | Leaf;

/** `and`, `or` and `not` within each other; conditions in all; members of one `and` or `or`. */
export const MOST_DEPTH = 10;
export const MOST_LEAVES = 100;
const MOST_MEMBERS = 50;

type Issue = Record<string, unknown>;
type Key = PropertyKey;
type Reading = { issues: Issue[]; leaves: number };

const say = (path: Key[], en: string, tr: string): Issue => ({
  code: 'custom',
  input: undefined,
  path,
  message: bothLanguages({ en, tr }),
});

/** Zod’s own issue of that name would let the rest be read on. */
const unknown = (path: Key[]): Issue => say(path, 'Unknown field', 'Bilinmeyen alan');

/** Reads a filter out of JSON; what is wrong is told with its path in it, as zod's own issues. */
function readFilter(value: unknown): { filter: Filter | null; issues: Issue[] } {
  const reading: Reading = { issues: [], leaves: 0 };
  const filter = readNode(value, [], reading, 1);
  if (reading.leaves > MOST_LEAVES)
    reading.issues = [say([], `At most ${MOST_LEAVES} conditions`, `En çok ${MOST_LEAVES} koşul`)];
  return { filter, issues: reading.issues };
}

function readNode(value: unknown, path: Key[], reading: Reading, depth: number): Filter | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    reading.issues.push({ code: 'invalid_type', expected: 'object', input: value, path });
    return null;
  }
  const keys = Object.keys(value);
  const branch = (['and', 'or', 'not'] as const).find((key) => Object.hasOwn(value, key));
  if (branch === undefined) return readLeaf(value as Record<string, unknown>, path, reading);
  const strange = keys.filter((key) => key !== branch);
  if (strange.length > 0) {
    reading.issues.push(...strange.map((key) => unknown([...path, key])));
    return null;
  }
  if (depth > MOST_DEPTH) {
    reading.issues.push(say(path, `At most ${MOST_DEPTH} levels deep`, `En çok ${MOST_DEPTH} düzey iç içe olabilir`));
    return null;
  }
  const inner = (value as Record<string, unknown>)[branch];
  if (branch === 'not') {
    const node = readNode(inner, [...path, 'not'], reading, depth + 1);
    return node && { not: node };
  }
  return readMembers(branch, inner, [...path, branch], reading, depth);
}

function readMembers(branch: 'and' | 'or', value: unknown, path: Key[], reading: Reading, depth: number) {
  const list = z.array(z.unknown()).min(1).max(MOST_MEMBERS).safeParse(value, { reportInput: true });
  if (!list.success) {
    reading.issues.push(...list.error.issues.flatMap((issue) => toRaw(issue, path)));
    return null;
  }
  const members = list.data.map((member, at) => readNode(member, [...path, at], reading, depth + 1));
  if (members.some((member) => member === null)) return null;
  return { [branch]: members } as { and: Filter[] } | { or: Filter[] };
}

function readLeaf(value: Record<string, unknown>, path: Key[], reading: Reading): Leaf | null {
  reading.leaves++;
  const field = value['field'];
  if (typeof field !== 'string' || !Object.hasOwn(leafSchemas, field)) {
    const known = Object.keys(leafSchemas);
    reading.issues.push(
      field === undefined
        ? say(path, 'Needs and, or, not or field', 'and, or, not ya da field gerekli')
        : { code: 'invalid_value', values: known, input: field, path: [...path, 'field'] },
    );
    return null;
  }
  const read = leafSchemas[field as FieldName].safeParse(value, { reportInput: true });
  if (read.success) return read.data as Leaf;
  reading.issues.push(...read.error.issues.flatMap((issue) => toRaw(issue, path)));
  return null;
}

/** An issue as it was before it was put into words: they depend on the caller's language. */
function toRaw(issue: z.core.$ZodIssue, path: Key[]): Issue[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknown([...path, ...(issue.path as Key[]), key]));
  const { message, ...rest } = issue as z.core.$ZodIssue & Issue;
  const ours = issue.code === 'custom' || message.includes('\u0001');
  return [{ ...rest, input: issue.input, path: [...path, ...(issue.path as Key[])], ...(ours && { message }) }];
}

const EXAMPLE = {
  and: [
    { field: 'tag', op: 'any', value: ['vip'] },
    { field: 'notContactedForDays', value: 30 },
    {
      or: [
        { field: 'city', value: ['İzmir'] },
        { field: 'consultantId', value: ['none'] },
      ],
    },
    { not: { field: 'campaign', op: 'received', value: { withinDays: 14 } } },
  ],
};

const Described: z.ZodType<Filter, unknown> = z
  .lazy(() =>
    z.union([
      z.strictObject({ and: z.array(Described).min(1).max(MOST_MEMBERS) }),
      z.strictObject({ or: z.array(Described).min(1).max(MOST_MEMBERS) }),
      z.strictObject({ not: Described }),
      LeafIn,
    ]),
  )
  .openapi('CustomerFilter', {
    description: `Conditions on customers, combined by \`and\`, \`or\` and \`not\`: at most ${MOST_DEPTH} levels and ${MOST_LEAVES} conditions. The same words as the query parameters of \`GET /v1/customers\`.`,
    example: EXAMPLE,
  }) as never;

/** A filter in a body. */
export const FilterIn = z.preprocess((value, ctx) => {
  const { filter, issues } = readFilter(value);
  ctx.issues.push(...(issues as never[]));
  return issues.length > 0 ? z.NEVER : filter;
}, Described);

const NO_JSON = bothLanguages({ en: 'Not JSON', tr: 'JSON değil' });

/** A filter as JSON in a query. */
export const FilterText = z
  .string()
  .min(1)
  .max(8000)
  .transform((text, ctx) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      ctx.addIssue({ code: 'custom', message: NO_JSON });
      return z.NEVER;
    }
  })
  .pipe(FilterIn)
  .openapi({ description: 'A `CustomerFilter` as JSON. For a long one: `POST /v1/customers/search`.' });

/** A filter that was stored; null where it is none any more. */
export const readStored = (value: unknown): Filter | null => {
  const { filter, issues } = readFilter(value);
  return issues.length > 0 ? null : filter;
};
