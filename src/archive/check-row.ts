import type { FaultCode } from './archive-fault.ts';
import { UUID } from './id-map.ts';
import type { Manifest } from './manifest.ts';
import type { Column, TravellingTable } from './tables.ts';

export type Row = Record<string, unknown>;
/** What is wrong with a line, and in which of its columns. */
export type RowFault = { code: FaultCode; column: string | null };

const DEEPEST = 100;
const INSTANT = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/;
const DATE = /^\d{4,6}-\d\d-\d\d$/;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The row that a line is. Throws nothing: what is no JSON object in UTF-8 is null. */
export function parseLine(line: Uint8Array): Row | null {
  try {
    const value: unknown = JSON.parse(decoder.decode(line));
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Row) : null;
  } catch {
    return null;
  }
}

/** Null: a row of that table as an archive of that scope may bring it. */
export function findFault(table: TravellingTable, row: Row, scope: Manifest['scope']): RowFault | null {
  const names = Object.keys(row);
  if (names.length !== table.columns.length) return { code: 'wrong-columns', column: null };
  for (const column of table.columns) {
    if (!Object.hasOwn(row, column.name)) return { code: 'wrong-columns', column: column.name };
    const code = faultOf(column, row[column.name]);
    if (code) return { code, column: column.name };
  }
  return scope.type === 'organization' ? findForeign(table, row, scope.id) : null;
}

/** What an organization's archive must not bring: rows of somebody else, and rights on the platform. */
function findForeign({ name, hasOwner }: TravellingTable, row: Row, organizationId: string): RowFault | null {
  if (hasOwner && row['organization_id'] !== organizationId) return { code: 'foreign-row', column: 'organization_id' };
  if (name === 'organizations' && row['id'] !== organizationId) return { code: 'foreign-row', column: 'id' };
  if (name === 'users' && row['role'] !== 'user') return { code: 'admin-user', column: 'role' };
  return null;
}

function faultOf({ type, notNull, oneOf }: Column, value: unknown): FaultCode | null {
  if (value === null) return notNull ? 'wrong-value' : null;
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) return 'wrong-type';
    for (const member of value) {
      const code = faultOf({ type: type.slice(0, -2), notNull: true, oneOf } as Column, member);
      if (code) return code;
    }
    return null;
  }
  if (type === 'jsonb') return faultIn(value, 0);
  const wellTyped = typeOf[type] ?? ((found: unknown) => typeof found === 'string');
  if (!wellTyped(value)) return 'wrong-type';
  if (typeof value === 'string' && !isStorable(value)) return 'unstorable';
  return oneOf && !oneOf.includes(value as string) ? 'wrong-value' : null;
}

const isInteger = (most: number) => (value: unknown) => Number.isInteger(value) && Math.abs(value as number) <= most;

const typeOf: Record<string, (value: unknown) => boolean> = {
  uuid: (value) => typeof value === 'string' && UUID.test(value),
  boolean: (value) => typeof value === 'boolean',
  smallint: isInteger(32_767),
  integer: isInteger(2_147_483_647),
  bigint: (value) => typeof value === 'string' && /^-?\d{1,19}$/.test(value),
  real: (value) => typeof value === 'number',
  'double precision': (value) => typeof value === 'number',
  'timestamp with time zone': (value) => typeof value === 'string' && INSTANT.test(value),
  date: (value) => typeof value === 'string' && DATE.test(value),
};

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** What JSON within a row must not have. */
export function faultIn(value: unknown, depth: number): FaultCode | null {
  if (typeof value === 'string') return isStorable(value) ? null : 'unstorable';
  if (value === null || typeof value !== 'object') return null;
  if (depth >= DEEPEST) return 'too-deep';
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') return 'reserved-key';
    const code = isStorable(key) ? faultIn(member, depth + 1) : 'unstorable';
    if (code) return code;
  }
  return null;
}
