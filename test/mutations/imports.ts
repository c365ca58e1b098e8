import type { Mutation } from './mutation.ts';

const LAUNCH = 'customers/launch-import.test.ts';

/** Imports: every row once, nobody twice, nothing opened that was closed. */
export const imports: Mutation[] = [
  {
    guarantee: 'imports: a run that was overtaken counts no row again',
    file: 'src/customers/apply-import-batch.ts',
    from: 'if (!isMine || now.done !== run.done) throw',
    to: 'if (!isMine) throw',
    test: 'customers/apply-import-batch.test.ts',
    title: 'runs twice at once without counting a row twice',
  },
  {
    guarantee: 'imports: a further phone of somebody else stays his',
    file: 'src/customers/plan-import-batch.ts',
    from: 'row.otherPhones.filter((phone) => known.mayHave(id, phone))',
    to: 'row.otherPhones.filter(() => known.mayHave(id, id))',
    test: 'customers/plan-import-batch.test.ts',
    title: 'never takes a further phone from somebody else',
  },
  {
    guarantee: 'imports: filling in opens no consent that was withdrawn',
    file: 'src/customers/record-import-consents.ts',
    from: "if (fillsOnly && state === 'given' && history.has(one)) return [];",
    to: '',
    test: LAUNCH,
    title: 'opens no closed consent',
  },
  {
    guarantee: 'imports: a customer whom a colleague creates at this moment is found, not fought over',
    file: 'src/customers/apply-import-batch.ts',
    from: "new Set(['23505', '40P01', '40001'])",
    to: 'new Set<string>()',
    test: LAUNCH,
    title: 'beside a colleague who creates the same customer',
  },
  {
    guarantee: 'imports: a workbook is unpacked no further than its limit',
    file: 'src/customers/xlsx/zip-archive.ts',
    from: 'if (bytes > limitBytes) throw',
    to: 'if (bytes > limitBytes * 1000) throw',
    test: 'customers/table-file.test.ts',
    title: 'unpack no further than the limit',
  },
];
