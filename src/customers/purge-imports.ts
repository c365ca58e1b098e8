import { and, eq, inArray, isNotNull, lt, notInArray, or } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { customerImportRejects, customerImports } from '#src/db/schema/customer-imports.ts';
import { keptDays } from '#src/settings/kept-since.ts';

const PAGE = 100;
const DAY_MS = 86_400_000;

/** Removes files and rejected rows whose days are over; the imports themselves stay on the list. A draft that nobody started is over then. */
export async function purgeImports(app: AppContext): Promise<void> {
  for (let found = PAGE; found === PAGE; ) found = await purgeSome(app);
  const before = new Date(app.clock.now().getTime() - ((await keptDays(app, 'importsDays')) + 1) * DAY_MS);
  await app.storage.deleteOlder('imports', before, (keys) => wantedOf(app, keys));
}

async function purgeSome(app: AppContext): Promise<number> {
  const now = app.clock.now();
  const rows = await app.db
    .select({ id: customerImports.id, storageKey: customerImports.storageKey, status: customerImports.status })
    .from(customerImports)
    .where(and(lt(customerImports.expiresAt, now), notInArray(customerImports.status, ['pending', 'running'])))
    .limit(PAGE);
  for (const { id, storageKey, status } of rows) {
    const isPurged = await inTransaction(app, async (app) => {
      const over = status === 'draft' ? { status: 'cancelled' as const, statusReason: 'expired', endedAt: now } : {};
      const [purged] = await app.db
        .update(customerImports)
        .set({ expiresAt: null, ...over })
        .where(and(eq(customerImports.id, id), eq(customerImports.status, status)))
        .returning({ id: customerImports.id });
      if (purged) await app.db.delete(customerImportRejects).where(eq(customerImportRejects.importId, id));
      return purged !== undefined;
    });
    if (isPurged) await app.storage.delete(storageKey);
  }
  return rows.length;
}

/** Files of imports that may still be read. */
async function wantedOf(app: AppContext, keys: string[]): Promise<Set<string>> {
  const rows = await app.db
    .select({ key: customerImports.storageKey })
    .from(customerImports)
    .where(
      and(
        inArray(customerImports.storageKey, keys),
        or(isNotNull(customerImports.expiresAt), inArray(customerImports.status, ['pending', 'running'])),
      ),
    );
  return new Set(rows.map(({ key }) => key));
}
