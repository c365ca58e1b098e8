import { and, eq, gt, isNotNull, or } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { members } from '#src/db/schema/accounts.ts';
import {
  customerImports,
  type ImportMapping,
  type ImportReading,
  type ImportRules,
} from '#src/db/schema/customer-imports.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { importFields } from './import-columns.ts';
import { getImport, type ImportRecord } from './import-queries.ts';
import { importCustomersJob } from './jobs.ts';
import { readCustomFields } from './read-import-words.ts';
import { requireImportGroup } from './start-import.ts';

export type Launch = ImportReading &
  ImportRules & { dryRun: boolean; mapping?: ImportMapping | undefined; groupId?: string | undefined };

/**
 * Queues the import of a draft, or once more of one that was tried out or failed, as long as its file is there. Throws 409 in any other
 * state and 400 for a mapping that leads nowhere.
 */
export async function launchImport(ctx: OrgContext, id: string, input: Launch): Promise<ImportRecord> {
  const before = await getImport(ctx, id);
  const { dryRun, mapping, groupId, twins, splitNumbers, dateOrder, defaults, ...asked } = input;
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  const known = input.sheet === undefined ? before.reading : { ...before.reading, headerRow: undefined };
  const reading: ImportReading = { ...known, ...Object.fromEntries(given) };
  if (groupId !== undefined) await requireImportGroup(ctx, groupId);
  await requireMapping(ctx, mapping, reading);
  await requireDefaultConsultant(ctx, defaults.consultantId);
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const open = or(
      eq(customerImports.status, 'draft'),
      eq(customerImports.status, 'failed'),
      and(eq(customerImports.status, 'completed'), eq(customerImports.dryRun, true)),
    );
    const rules: ImportRules = { twins, splitNumbers, dateOrder, defaults };
    const zero = { totalCount: 0, createdCount: 0, updatedCount: 0, skippedCount: 0, rejectedCount: 0 };
    const [launched] = await ctx.db
      .update(customerImports)
      .set({
        ...zero,
        status: 'pending',
        statusReason: null,
        dryRun,
        reading,
        mapping: mapping ?? null,
        rules,
        groupId: groupId ?? null,
        errors: [],
        warnings: [],
        startedAt: null,
        endedAt: null,
      })
      .where(
        and(
          eq(customerImports.id, id),
          eq(customerImports.organizationId, ctx.organizationId),
          open,
          isNotNull(customerImports.expiresAt),
          gt(customerImports.expiresAt, now),
        ),
      )
      .returning();
    if (!launched) throw notToBeStarted();
    await ctx.jobs.send(importCustomersJob, { organizationId: ctx.organizationId, importId: id });
    await recordActivity(ctx, {
      verb: 'customers.import',
      subjectType: 'import',
      subjectId: id,
      details: { dryRun, twins },
    });
    return launched;
  });
}

const notToBeStarted = () =>
  new Problem('conflict', {
    detail: {
      en: 'Only a draft, a dry run or a failed import can be started, while its file is kept',
      tr: 'Yalnızca taslak, deneme veya başarısız bir içe aktarma, dosyası saklanırken başlatılabilir',
    },
  });

async function requireMapping(ctx: OrgContext, mapping: ImportMapping | undefined, reading: ImportReading) {
  if (!mapping) {
    if (reading.headerRow !== 0) return;
    throw invalid('mapping', {
      en: 'The columns have no names: say what each of them holds',
      tr: 'Sütunların adı yok: her birinin ne olduğunu belirtin',
    });
  }
  const known = new Set<string>(importFields);
  for (const { key } of await readCustomFields(ctx)) known.add(`custom:${key}`);
  const wrong = mapping.findIndex(({ field }) => !known.has(field));
  if (wrong >= 0) throw invalid(`mapping[${wrong}].field`, { en: 'No such field', tr: 'Böyle bir alan yok' });
  const twice = mapping.findIndex(({ column }, i) => mapping.slice(0, i).some((other) => other.column === column));
  if (twice >= 0)
    throw invalid(`mapping[${twice}].column`, { en: 'This column is there twice', tr: 'Bu sütun iki kez geçiyor' });
  if (!mapping.some(({ field }) => field === 'firstName' || field === 'fullName'))
    throw invalid('mapping', {
      en: 'No column for the name (firstName or fullName)',
      tr: 'Ad için sütun yok (firstName veya fullName)',
    });
}

async function requireDefaultConsultant(ctx: OrgContext, userId: string | undefined): Promise<void> {
  if (userId === undefined) return;
  const [member] = await ctx.db
    .select({ id: members.id })
    .from(members)
    .where(and(eq(members.organizationId, ctx.organizationId), eq(members.userId, userId)));
  if (!member)
    throw invalid('defaults.consultantId', {
      en: 'Not a user of this organization',
      tr: 'Bu firmanın kullanıcısı değil',
    });
}
