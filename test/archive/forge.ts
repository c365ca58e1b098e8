import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { readTar } from '#src/archive/tar.ts';

export type Entry = { name: string; content: Buffer; header?: Partial<Header> };
type Table = { name: string; columns: string[]; rows: number; bytes: number; sha256: string };
type Manifest = { migration: string; version: number; scope: Record<string, string>; tables: Table[]; files: unknown };
export type Line = Record<string, unknown>;

export async function unpack(bytes: Buffer): Promise<Entry[]> {
  const entries: Entry[] = [];
  const source = (async function* () {
    yield gunzipSync(bytes);
  })();
  for await (const { name, content } of readTar(source)) {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    entries.push({ name, content: Buffer.concat(parts) });
  }
  return entries;
}

export async function packed(entries: Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, content, header } of entries) tar.entry({ name, mode: 0o600, ...header }, content);
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part as Buffer);
  return gzipSync(Buffer.concat(parts));
}

const manifestOf = (entries: Entry[]) => JSON.parse(entries[0]!.content.toString()) as Manifest;
export const withManifest = (change: (manifest: Manifest) => void) => (entries: Entry[]) => {
  const manifest = manifestOf(entries);
  change(manifest);
  return [{ name: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) }, ...entries.slice(1)];
};
/** Another content of a table, with a manifest that agrees. */
export const withLines = (table: string, change: (lines: string[]) => (string | Buffer)[]) => (entries: Entry[]) => {
  const name = `tables/${table}.ndjson`;
  const old = entries
    .find((entry) => entry.name === name)!
    .content.toString()
    .split('\n')
    .filter(Boolean);
  const lines = change(old);
  const content = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
  const sha256 = createHash('sha256').update(content).digest('hex');
  return withManifest(({ tables }) => {
    Object.assign(tables.find((one) => one.name === table)!, { rows: lines.length, bytes: content.length, sha256 });
  })(entries.map((entry) => (entry.name === name ? { name, content } : entry)));
};
export const withRow = (table: string, change: (row: Line) => Line) =>
  withLines(table, ([first, ...rest]) => [JSON.stringify(change(JSON.parse(first!) as Line)), ...rest]);
export const withOneMore = (table: string, change: (row: Line) => Line) =>
  withLines(table, (lines) => [...lines, JSON.stringify(change(JSON.parse(lines[0]!) as Line))]);
export const extra = (entry: Entry) => (entries: Entry[]) => [...entries, entry];
