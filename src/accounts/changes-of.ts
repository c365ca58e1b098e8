import { isDeepStrictEqual } from 'node:util';

/** Of the fields that changed: what was there, what is there. */
export type Changes = Record<string, [before: unknown, after: unknown]>;

/** What stands for a secret that is there. */
export const HIDDEN = '***';

const SECRETS = /(password|secret|token|api_?key|jwt_?key|sealed|private_?key|credential|smtp_?url)/i;
const LONGEST_TEXT = 300;
const MOST_MEMBERS = 20;
const DEEPEST = 4;

/**
 * What an edit changed, for `recordActivity`: of `fields`, those that are different in `after`; what is undefined there stayed. A secret, by its
 * name, shows as changed without its value; long texts and lists are cut.
 */
export function changesOf<T extends object>(
  before: Partial<T>,
  after: { [K in keyof T]?: T[K] | undefined },
  fields: readonly (keyof T & string)[],
): Changes {
  const changed = fields.filter(
    (field) => after[field] !== undefined && !isDeepStrictEqual(plain(before[field]), plain(after[field])),
  );
  return Object.fromEntries(changed.map((field) => [field, pair(field, before[field], after[field])]));
}

const pair = (field: string, before: unknown, after: unknown): [unknown, unknown] => [
  shown(field, before),
  shown(field, after),
];

function shown(field: string, value: unknown): unknown {
  if (SECRETS.test(field)) return value === null || value === undefined ? null : HIDDEN;
  return cut(plain(value), 0);
}

/** As JSON has it. */
const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

function cut(value: unknown, depth: number): unknown {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT).toWellFormed()}…` : value;
  if (value === null || typeof value !== 'object') return value;
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) {
    const kept = value.slice(0, MOST_MEMBERS).map((member) => cut(member, depth + 1));
    return value.length > MOST_MEMBERS ? [...kept, `… +${value.length - MOST_MEMBERS}`] : kept;
  }
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries
      .slice(0, MOST_MEMBERS)
      .map(([name, member]) => [name, SECRETS.test(name) ? shown(name, member) : cut(member, depth + 1)]),
  );
}
