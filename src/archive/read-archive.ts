import { createHash } from 'node:crypto';
import type { ArchiveProblem } from '#src/db/schema/archive.ts';
import { ArchiveFault, faultAt } from './archive-fault.ts';
import { findFault, parseLine, type Row } from './check-row.ts';
import { inflate } from './inflate.ts';
import { entryOf, MANIFEST, Manifest, SECRETS, VERSION } from './manifest.ts';
import { readLines } from './read-lines.ts';
import { type TravellingTable, tablesOf } from './tables.ts';
import { readTar, type TarEntry } from './tar.ts';

const MANIFEST_LIMIT = 4 * 1024 * 1024;
const BATCH_ROWS = 500;
const BATCH_BYTES = 512 * 1024;
const FILE = /^files\/([0-9a-f-]{36})\/([0-9a-f]{64})$/;

export type Visitor = {
  /** Throws for an archive that is not wanted. */
  manifest(manifest: Manifest): void | Promise<void>;
  /** Some rows of a table, and the number of the first; tables come one after the other, those that others point at first. */
  rows(table: TravellingTable, rows: Row[], from: number): Promise<void>;
  /** Has to read all of it. */
  secrets(content: AsyncIterable<Uint8Array>): Promise<void>;
  file(organizationId: string, sha256: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Of a line that cannot be taken, to go on with the next one; else the first one is thrown. */
  fault?(problem: ArchiveProblem): void;
};

/**
 * Reads an archive from its first to its last byte, trusting nothing of it: what comes is what the manifest says, in its order, with its
 * checksums, and no more. Memory stays flat. Throws ArchiveFault; what the visitor was given before then must not be kept.
 */
export async function readArchive(
  bytes: AsyncIterable<Uint8Array>,
  limits: { unpackedBytes: number },
  visitor: Visitor,
): Promise<Manifest> {
  const entries = readTar(inflate(bytes, limits.unpackedBytes));
  const next = async (): Promise<TarEntry | null> => {
    const { value, done } = await entries.next();
    return done ? null : value;
  };
  try {
    const manifest = await readManifest(await next());
    await visitor.manifest(manifest);
    const tables = requireTables(manifest);
    let entry = await next();
    for (const [at, { name, rows, bytes: size, sha256 }] of manifest.tables.entries()) {
      const found = requireEntry(entry, entryOf(name), size);
      await readTable(found, tables[at]!, { rows, sha256 }, manifest.scope, visitor);
      entry = await next();
    }
    if (manifest.secrets) {
      const found = requireEntry(entry, SECRETS, manifest.secrets.bytes);
      await hashed(found, manifest.secrets.sha256, (content) => visitor.secrets(content));
      entry = await next();
    }
    await readFiles(entry, next, manifest, visitor);
    return manifest;
  } finally {
    await entries.return(undefined);
  }
}

async function readManifest(entry: TarEntry | null): Promise<Manifest> {
  if (entry?.name !== MANIFEST || entry.size > MANIFEST_LIMIT) throw new ArchiveFault('not-an-archive', MANIFEST);
  const parts: Uint8Array[] = [];
  for await (const part of entry.content) parts.push(part);
  const value = parseLine(Buffer.concat(parts));
  const parsed = Manifest.safeParse(value);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.').slice(0, 100) ?? '';
    throw new ArchiveFault('wrong-manifest', `${MANIFEST}: ${path}`);
  }
  if (parsed.data.version !== VERSION) throw new ArchiveFault('wrong-version', MANIFEST);
  return parsed.data;
}

/** The tables of such an archive, each as it is here: no more, no fewer, no other columns. */
function requireTables({ scope, tables }: Manifest): TravellingTable[] {
  const wanted = tablesOf(scope.type);
  for (const [at, table] of wanted.entries()) {
    const found = tables[at];
    if (found?.name !== table.name) {
      const known = wanted.some(({ name }) => name === found?.name);
      throw new ArchiveFault(
        found && !known ? 'unexpected-entry' : 'missing-entry',
        found && !known ? found.name : table.name,
      );
    }
    const columns = table.columns.map(({ name }) => name);
    if (columns.length !== found.columns.length || columns.some((name, place) => name !== found.columns[place]))
      throw new ArchiveFault('wrong-columns', table.name);
  }
  if (tables.length > wanted.length) throw new ArchiveFault('unexpected-entry', tables[wanted.length]!.name);
  return wanted;
}

function requireEntry(entry: TarEntry | null, name: string, size: number): TarEntry {
  if (!entry) throw new ArchiveFault('missing-entry', name);
  if (entry.name !== name) throw new ArchiveFault('unexpected-entry', sayName(entry.name));
  if (entry.size !== size) throw new ArchiveFault('wrong-checksum', name);
  return entry;
}

const sayName = (name: string): string => name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);

async function readTable(
  entry: TarEntry,
  table: TravellingTable,
  expected: { rows: number; sha256: string },
  scope: Manifest['scope'],
  visitor: Visitor,
): Promise<void> {
  let [number, from, size] = [0, 1, 0];
  let batch: Row[] = [];
  const flush = async () => {
    if (batch.length > 0) await visitor.rows(table, batch, from);
    [batch, from, size] = [[], number + 1, 0];
  };
  await hashed(entry, expected.sha256, async (content) => {
    for await (const line of readLines(content, entry.name)) {
      number++;
      const row = parseLine(line);
      const fault = row ? findFault(table, row, scope) : { code: 'not-json' as const, column: null };
      if (fault) {
        const where = `${entry.name}:${number}${fault.column === null ? '' : ` ${fault.column}`}`;
        if (!visitor.fault) throw new ArchiveFault(fault.code, where);
        visitor.fault(faultAt(fault.code, where));
        continue;
      }
      batch.push(row!);
      size += line.length;
      if (batch.length >= BATCH_ROWS || size >= BATCH_BYTES) await flush();
    }
    await flush();
  });
  if (number !== expected.rows) throw new ArchiveFault('wrong-count', entry.name);
}

async function readFiles(
  first: TarEntry | null,
  next: () => Promise<TarEntry | null>,
  { files, scope }: Manifest,
  visitor: Visitor,
): Promise<void> {
  let [count, bytes, last] = [0, 0, ''];
  for (let entry = first; entry; entry = await next()) {
    const [name, organizationId, sha256] = FILE.exec(entry.name) ?? [];
    if (!files || name === undefined) throw new ArchiveFault('unexpected-entry', sayName(entry.name));
    if (name <= last) throw new ArchiveFault('duplicate-entry', name);
    if (scope.type === 'organization' && organizationId !== scope.id) throw new ArchiveFault('foreign-row', name);
    last = name;
    count++;
    bytes += entry.size;
    await hashed(entry, sha256!, (content) => visitor.file(organizationId!, sha256!, content));
  }
  if (files && (count !== files.count || bytes !== files.bytes)) throw new ArchiveFault('wrong-count', 'files');
}

/** Reads an entry to its end; throws when it is not what it was said to be. */
async function hashed(
  { name, content }: TarEntry,
  sha256: string,
  read: (content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const hash = createHash('sha256');
  async function* passing() {
    for await (const chunk of content) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const passed = passing();
  await read(passed);
  // whatever was not asked for counts too
  for await (const _ of passed);
  if (hash.digest('hex') !== sha256) throw new ArchiveFault('wrong-checksum', name);
}
