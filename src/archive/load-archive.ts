import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { readMigrationLevel } from '#src/db/migration-level.ts';
import type { ArchiveProblem, ImportReport } from '#src/db/schema/archive.ts';
import { ArchiveFault, faultAt } from './archive-fault.ts';
import { type Arrival, arriving } from './arrivals.ts';
import type { Row } from './check-row.ts';
import { createIdMap, sameIds } from './id-map.ts';
import { insertRows } from './insert-rows.ts';
import { loadSecrets } from './load-secrets.ts';
import type { Manifest } from './manifest.ts';
import { type Placing, placeUsers } from './place-users.ts';
import { readArchive } from './read-archive.ts';
import { type Remapping, remapRow } from './remap-row.ts';
import type { TravellingTable } from './tables.ts';

export type Loading = {
  importId: string;
  mode: Arrival['mode'];
  /** Which organization is replaced. */
  targetId: string | null;
  emails: Record<string, string>;
  passphrase: string | null;
  serverId: string | null;
  /** Its target is left where it is; the bytes of files are only looked at. */
  rehearsal: boolean;
  /** Takes the bytes of a file; null: they are passed over. */
  onFile: ((organizationId: string, sha256: string, content: AsyncIterable<Uint8Array>) => Promise<void>) | null;
  onRows(count: number): Promise<void>;
};
export type Loaded = {
  manifest: Manifest;
  report: ImportReport;
  /** The organization as it is called here; null: a whole platform. */
  organizationId: string | null;
  /** As an id of the archive is here. */
  remapping: Remapping;
  secretsLoaded: boolean;
};

type State = {
  ctx: AppContext;
  loading: Loading;
  arrival: Arrival;
  placing: Placing;
  remapping: Remapping;
  counts: Record<string, number>;
  warnings: ArchiveProblem[];
};

/**
 * Puts the rows of an archive in, in the transaction that `ctx.db` is. Triggers that would derive what is among them rest. Throws ArchiveFault;
 * the transaction must then be rolled back.
 */
export async function loadArchive(
  ctx: AppContext,
  bytes: AsyncIterable<Uint8Array>,
  loading: Loading,
): Promise<Loaded> {
  await ctx.db.execute(sql`select set_config('ulak.importing', 'on', true), set_config('timezone', 'UTC', true)`);
  const level = await readMigrationLevel(ctx.db);
  let state: State | undefined;
  let secretsLoaded = false;
  const manifest = await readArchive(
    bytes,
    { unpackedBytes: ctx.config.archives.unpackedLimitBytes },
    {
      manifest: (manifest) => {
        requireFitting(manifest, loading, level);
        state = begin(ctx, loading, manifest);
      },
      rows: (table, rows, from) => loadRows(state!, table, rows, from),
      secrets: async (content) => {
        secretsLoaded = loading.passphrase !== null;
        if (loading.passphrase === null) for await (const _ of content);
        else await loadSecrets(ctx, content, loading.passphrase, state!.remapping.ids, state!.arrival);
      },
      file: async (organizationId, sha256, content) => {
        const owner = state!.remapping.ids(organizationId);
        if (loading.onFile) await loading.onFile(owner, sha256, content);
        else for await (const _ of content);
      },
    },
  );
  const { scope } = manifest;
  const { remapping, counts, warnings } = state!;
  return {
    manifest,
    report: describe(manifest, level, counts, warnings, secretsLoaded),
    organizationId: scope.type === 'organization' ? remapping.ids(scope.id) : null,
    remapping,
    secretsLoaded,
  };
}

/** Throws for an archive of another kind than is put in so, or of another version. */
export function requireFitting({ scope, migration }: Manifest, { mode }: Pick<Loading, 'mode'>, level: string): void {
  if ((scope.type === 'platform') !== (mode === 'empty')) throw new ArchiveFault('wrong-scope', scope.type);
  if (migration !== level) throw new ArchiveFault('other-migration', `${migration.slice(0, 100)} ≠ ${level}`);
}

/** What becomes of its ids and addresses. @param settled is asked again with every id: who is known later is known from then on. */
export function remappingFor(
  ctx: AppContext,
  { mode, targetId, importId, rehearsal }: Pick<Loading, 'mode' | 'targetId' | 'importId' | 'rehearsal'>,
  { scope, publicUrl }: Manifest,
  settled: Map<string, string>,
): Remapping {
  const isRestored = mode === 'replace' && !rehearsal && scope.type === 'organization' && scope.id === targetId;
  const remapped = mode !== 'empty' && !isRestored;
  if (mode === 'replace' && !rehearsal && remapped && scope.type === 'organization') settled.set(scope.id, targetId!);
  return {
    ids: remapped ? createIdMap(ctx.authSecret, importId, settled) : sameIds,
    pictures: isRestored ? null : { from: publicUrl, to: ctx.publicUrl, secret: ctx.authSecret },
  };
}

function begin(ctx: AppContext, loading: Loading, manifest: Manifest): State {
  const { mode, targetId, rehearsal, serverId, emails } = loading;
  const settled = new Map<string, string>();
  const remapping = remappingFor(ctx, loading, manifest, settled);
  return {
    ctx,
    loading,
    arrival: { mode, remapped: remapping.ids !== sameIds, serverId },
    placing: { settled, emails, rehearsedFor: rehearsal && mode === 'replace' ? targetId : null },
    remapping,
    counts: {},
    warnings: [],
  };
}

async function loadRows(state: State, table: TravellingTable, rows: Row[], from: number): Promise<void> {
  const { ctx, arrival, loading, remapping, placing, counts } = state;
  const { name } = table;
  const where = `tables/${name}.ndjson:${from}–${from + rows.length - 1}`;
  let here = rows.map((row) => remapRow(table, row, remapping));
  if (name === 'users' && arrival.mode !== 'empty') {
    const placed = await placeUsers(
      ctx,
      rows.map((there, at) => ({ there, here: here[at]! })),
      placing,
    );
    if (placed.length < here.length) noteOnce(state, faultAt('user-kept', 'users'));
    here = placed;
  }
  if (name === 'instances') requirePlace(here, arrival);
  if (name === 'user_settings') await forgetSettings(ctx, placing);
  here = here.map((row) => arriving(ctx, name, row, arrival));
  if (name === 'organizations' && arrival.mode === 'replace' && !loading.rehearsal) await replaceRow(ctx, here[0]!);
  else
    await insertRows(ctx.db, name, here, {
      where,
      // the audit trail of what is replaced stays, and so do figures of users who are here already
      skipKnown: name === 'user_figures' || (name === 'activities' && arrival.mode === 'replace'),
    });
  counts[name] = (counts[name] ?? 0) + rows.length;
  await loading.onRows(rows.length);
}

function requirePlace(rows: Row[], { mode, serverId }: Arrival): void {
  if (mode !== 'empty' && serverId === null && rows.some((row) => row['deleted_at'] === null))
    throw new ArchiveFault('no-place', 'instances');
}

/** Users who are here already, and belong nowhere, have settings from where they once belonged. */
const forgetSettings = ({ db }: AppContext, { settled }: Placing) =>
  db.execute(sql`
    delete from user_settings where user_id in (select jsonb_array_elements_text(${JSON.stringify([...settled.values()])}::jsonb)::uuid)`);

function noteOnce({ warnings }: State, problem: ArchiveProblem): void {
  if (!warnings.some(({ code }) => code === problem.code)) warnings.push(problem);
}

/** Its row stays, for others point at it; what it says is the archive's. */
async function replaceRow({ db }: AppContext, row: Row): Promise<void> {
  const columns = Object.keys(row).filter((name) => name !== 'id' && name !== 'slug');
  const list = sql.raw(columns.map((name) => `"${name}"`).join(', '));
  await db.execute(sql`
    update organizations o set (${list}) = (select ${list} from jsonb_populate_record(null::organizations, ${JSON.stringify(row)}::jsonb))
    where o.id = ${String(row['id'])}::uuid`);
}

function describe(
  { scope, migration, createdAt, files, secrets }: Manifest,
  ownMigration: string,
  tables: Record<string, number>,
  noted: ArchiveProblem[],
  secretsLoaded: boolean,
): ImportReport {
  const warnings = [...noted];
  if (!secrets) warnings.push(faultAt('secrets-left-out', 'secrets'));
  else if (!secretsLoaded) warnings.push(faultAt('secrets-locked', 'secrets'));
  if (!files && tables['stored_contents']) warnings.push(faultAt('files-left-out', 'files'));
  if (tables['instances']) warnings.push(faultAt('numbers-disconnected', 'instances'));
  if (tables['campaigns']) warnings.push(faultAt('campaigns-paused', 'campaigns'));
  return {
    scope: scope.type,
    organizationName: scope.type === 'organization' ? scope.name : null,
    migration,
    ownMigration,
    madeAt: createdAt,
    files: files?.count ?? 0,
    secrets: secrets !== null,
    tables,
    warnings,
  };
}
