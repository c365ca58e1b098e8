import { type SQL, sql } from 'drizzle-orm';
import { foldText } from '#src/customers/fold-text.ts';
import { customers } from '#src/db/schema/customers.ts';
import type { LeafOf } from './leaf-schemas.ts';
import type { CustomField } from './resolve-filter.ts';

type Value = string | number | boolean;

/** The condition on a custom field; the op fits its type by now. */
export function customSql({ key, op, value }: LeafOf<'custom'>, { type }: CustomField): SQL {
  const list = (Array.isArray(value) ? value : [value]) as Value[];
  const contains = (one: unknown) => sql`${customers.customFields} @> ${JSON.stringify({ [key]: one })}::jsonb`;
  const wrap = (one: Value) => (type === 'multi-select' ? [one] : one);
  switch (op) {
    case 'present':
      return isPresent(key);
    case 'empty':
      return sql`(${isPresent(key)}) is not true`;
    case 'contains':
      return sql`${foldedSql(textOf(key))} like ${`%${foldText(String(value)).replaceAll(/[\\%_]/g, '\\$&')}%`}`;
    case 'is':
      return contains(value);
    case 'all':
      return contains(list);
    case 'any':
    case 'none': {
      const any = sql`(${sql.join(
        list.map((one) => contains(wrap(one))),
        sql` or `,
      )})`;
      return op === 'any' ? any : sql`(${any} is not true)`;
    }
    case 'atLeast':
      return inRange(key, type, { from: list[0] });
    case 'atMost':
      return inRange(key, type, { to: list[0] });
    case 'between':
      return inRange(key, type, { from: list[0], to: list[1] });
  }
}

const textOf = (key: string): SQL => sql`(${customers.customFields} ->> ${key}::text)`;
const isPresent = (key: string): SQL => sql`coalesce(${textOf(key)}, '') not in ('', '[]')`;

type Bounds = { from?: Value | undefined; to?: Value | undefined };

/** Values of another type, from before the field was what it is, are in no range. */
function inRange(key: string, type: CustomField['type'], { from, to }: Bounds): SQL {
  const stored = sql`(${customers.customFields} -> ${key}::text)`;
  const kind = type === 'number' ? 'number' : 'string';
  const bound = (operator: '>=' | '<=', value: Value) =>
    type === 'number'
      ? sql`${stored} ${sql.raw(operator)} ${JSON.stringify(value)}::jsonb`
      : sql`${textOf(key)} collate "C" ${sql.raw(operator)} ${String(value)}::text`;
  const bounds = [...(from === undefined ? [] : [bound('>=', from)]), ...(to === undefined ? [] : [bound('<=', to)])];
  return sql`(jsonb_typeof(${stored}) = ${kind}::text and ${sql.join(bounds, sql` and `)})`;
}

/** What `foldText` makes of the letters that people here write; each more is looked for in every text. */
const LETTERS = 'ışğüöçâîûéä';
const LATIN = foldText(LETTERS);

const foldedSql = (text: SQL): SQL => sql`translate(lower(${text}), ${`İ${LETTERS}\u0307`}, ${`i${LATIN}`})`;
