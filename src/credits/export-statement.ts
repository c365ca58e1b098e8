import type { OrgContext } from '#src/context.ts';
import { csvLine } from '#src/platform/csv-line.ts';
import type { Text } from '#src/platform/language.ts';
import { sayShortInstant } from '#src/platform/time.ts';
import type { Transaction } from './append-transaction.ts';
import { readStatement, type StatementFilter } from './queries.ts';

const PAGE = 2000;
/** By which Excel reads Turkish letters right. */
const BYTE_ORDER_MARK = '\ufeff';

const columns = [
  { en: 'Number', tr: 'Sıra' },
  { en: 'Time', tr: 'Zaman' },
  { en: 'Time (UTC)', tr: 'Zaman (UTC)' },
  { en: 'Type', tr: 'Tür' },
  { en: 'Amount', tr: 'Tutar' },
  { en: 'Balance', tr: 'Bakiye' },
  { en: 'Note', tr: 'Açıklama' },
  { en: 'Campaign', tr: 'Kampanya' },
  { en: 'Message', tr: 'Mesaj' },
  { en: 'SMS', tr: 'SMS' },
  { en: 'Transfer', tr: 'Aktarım' },
] as const satisfies Text[];

const types: Record<Transaction['type'], Text> = {
  'top-up': { en: 'Top-up', tr: 'Yükleme' },
  campaign: { en: 'Campaign', tr: 'Kampanya' },
  message: { en: 'Message', tr: 'Mesaj' },
  refund: { en: 'Refund', tr: 'İade' },
  adjustment: { en: 'Correction', tr: 'Düzeltme' },
  transfer: { en: 'Transfer', tr: 'Aktarım' },
};

/**
 * A user's statement as lines of a CSV file, newest first, in the reader's language (with semicolons in Turkish, as spreadsheets there expect),
 * times on the clock of `timeZone` and in UTC. Read page by page while it is taken; what comes meanwhile is not in it.
 */
export async function* exportStatement(
  ctx: OrgContext,
  statement: { userId: string; timeZone: string; filter: StatementFilter },
): AsyncGenerator<string> {
  const { language } = ctx;
  const delimiter = language === 'tr' ? ';' : ',';
  const reader = { language, timeZone: statement.timeZone };
  const lineOf = (row: Transaction): string =>
    csvLine(
      [
        row.sequence,
        sayShortInstant(row.createdAt, reader),
        row.createdAt.toISOString(),
        types[row.type][language],
        row.amountCredits,
        row.balanceAfterCredits,
        row.note,
        row.campaignId,
        row.messageId,
        row.smsId,
        row.transferId,
      ],
      delimiter,
    );
  yield BYTE_ORDER_MARK +
    csvLine(
      columns.map((name) => name[language]),
      delimiter,
    );
  for (let before: number | undefined; ; ) {
    const rows = await readStatement(ctx, statement.userId, { ...statement.filter, before, count: PAGE });
    if (rows.length > 0) yield rows.map(lineOf).join('');
    if (rows.length < PAGE) return;
    before = rows.at(-1)!.sequence;
  }
}
