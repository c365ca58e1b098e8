import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { AppContext } from '#src/context.ts';
import { lock } from './passphrase-lock.ts';
import { readRows } from './read-rows.ts';
import { type Scope, secretTablesOf, type TravellingTable, tablesOf } from './tables.ts';

/** A line of the locked part: what is secret of one row, or a whole one. */
export type SecretLine =
  | { table: string; key: Record<string, unknown>; secrets: Record<string, string | null> }
  | { table: string; row: Record<string, unknown> };

/** The secrets of an archive, opened with this server's key and locked with the passphrase. */
export async function writeSecrets(
  ctx: AppContext,
  scope: Scope,
  organizationId: string | null,
  passphrase: string,
): Promise<AsyncIterable<Uint8Array>> {
  const lines = Readable.from(linesOf(ctx, scope, organizationId), { objectMode: false });
  const locked = await lock(Readable.toWeb(lines) as ReadableStream<Uint8Array>, passphrase);
  return Readable.fromWeb(locked as unknown as WebStream);
}

async function* linesOf(ctx: AppContext, scope: Scope, organizationId: string | null): AsyncGenerator<Uint8Array> {
  for (const table of tablesOf(scope).filter(({ secrets }) => secrets.length > 0)) {
    const columns = [...table.key, ...table.secrets.map(([name]) => name)].map((name) => ({ name, type: 'text' }));
    for await (const rows of readRows(ctx.db, table, columns, organizationId))
      yield asLines(rows.map((row) => openSecrets(ctx, table, JSON.parse(row) as Record<string, unknown>)));
  }
  for (const table of secretTablesOf(scope))
    for await (const rows of readRows(ctx.db, table, table.columns, organizationId))
      yield asLines(rows.map((row) => ({ table: table.name, row: JSON.parse(row) as Record<string, unknown> })));
}

const asLines = (lines: SecretLine[]): Buffer => Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

function openSecrets(ctx: AppContext, table: TravellingTable, row: Record<string, unknown>): SecretLine {
  const open = (kind: string, value: unknown) =>
    value === null ? null : kind === 'sealed' ? ctx.secrets.open(String(value)) : String(value);
  return {
    table: table.name,
    key: Object.fromEntries(table.key.map((name) => [name, row[name]])),
    secrets: Object.fromEntries(table.secrets.map(([name, kind]) => [name, open(kind, row[name])])),
  };
}
