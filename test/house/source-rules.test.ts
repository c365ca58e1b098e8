import { describe, expect, it } from 'vitest';
import {
  driverUses,
  environmentReaders,
  moduleState,
  otherClocks,
  otherSpeakersOfTime,
  strayRequests,
  unshadowedTransactions,
} from './habit-rules.ts';
import {
  configImports,
  doorImports,
  misspelledImports,
  neighbourImports,
  sandboxImports,
  trespasses,
  upwardImports,
} from './import-rules.ts';
import { barrels, defaultExports, foreignWords, misnamedFiles } from './name-rules.ts';
import { longFiles, longFunctions } from './size-rules.ts';
import { parseSource, type SourceFile } from './source-file.ts';

type Case = { rule: (file: SourceFile) => string[]; path?: string; bad: string[]; good: string[] };

const body = (lines: number) => Array.from({ length: lines }, (_, i) => `  call(${i});`).join('\n');

const cases: Record<string, Case> = {
  upwardImports: {
    rule: upwardImports,
    path: 'src/credits/hold-credits.ts',
    bad: [
      "import { a } from '#src/messages/message.ts';",
      "export { a } from '#src/campaigns/campaign.ts';",
      "import '#src/app.ts';",
    ],
    good: [
      "import { a } from '#src/platform/problem.ts';",
      "import { a } from '#src/accounts/record-activity.ts';",
      "import { a } from './account.ts';",
      "import { z } from 'zod';",
    ],
  },
  neighbourImports: {
    rule: neighbourImports,
    path: 'src/credits/hold-credits.ts',
    bad: ["import { a } from '#src/customers/customer.ts';", "import type { A } from '#src/windows/pace.ts';"],
    good: ["import { a } from './account.ts';", "import { a } from '#src/db/schema/customers.ts';"],
  },
  doorImports: {
    rule: doorImports,
    path: 'src/campaigns/create-campaign.ts',
    bad: [
      "import { a } from '#src/credits/routes.ts';",
      "import { a } from '#src/customers/group-routes.ts';",
      "import { a } from '#src/files/worker.ts';",
      "import type { A } from '#src/files/schemas.ts';",
    ],
    good: [
      "import { a } from './schemas.ts';",
      "import { a } from '#src/platform/schemas.ts';",
      "import { a } from '#src/files/queries.ts';",
    ],
  },
  configImports: {
    rule: configImports,
    path: 'src/credits/queries.ts',
    bad: ["import { readConfig } from '#src/config.ts';"],
    good: ["import type { Config } from '#src/config.ts';"],
  },
  misspelledImports: {
    rule: misspelledImports,
    path: 'src/credits/queries.ts',
    bad: [
      "import { a } from '../db/client.ts';",
      "import { a } from '#src/credits/balance.ts';",
      "import { a } from './account';",
    ],
    good: [
      "import { a } from '#src/db/client.ts';",
      "import { a } from './account.ts';",
      "import { a } from 'hono/cors';",
    ],
  },
  'trespasses of the simulator': {
    rule: trespasses,
    path: 'evolution/simulator/main.ts',
    bad: ["import { a } from '#src/platform/ids.ts';", "import { a } from '#test/support/world.ts';"],
    good: ["import { a } from '#evolution/simulator/jid.ts';"],
  },
  'trespasses of what is shipped': {
    rule: trespasses,
    path: 'webhooks/outbound/routes.ts',
    bad: ["import { a } from '#test/support/world.ts';"],
    good: ["import { a } from '#src/platform/ids.ts';"],
  },
  sandboxImports: {
    rule: sandboxImports,
    path: 'src/instances/queries.ts',
    bad: ["import { a } from '#evolution/simulator/jid.ts';"],
    good: ["import { a } from './instance.ts';"],
  },
  longFiles: { rule: longFiles, bad: [body(301)], good: [`${body(300)}\n`] },
  longFunctions: {
    rule: longFunctions,
    bad: [
      `function a() {\n${body(59)}\n}`,
      `const a = async () => {\n${body(59)}\n};`,
      `it('does', () => {\n${body(70)}\n});`,
      `class A {\n  b() {\n${body(60)}\n  }\n}`,
    ],
    good: [
      `function a() {\n${body(58)}\n}`,
      `describe('all', () => {\n${body(200)}\n});`,
      `describe.each([1])('all', () => {\n${body(200)}\n});`,
    ],
  },
  barrels: {
    rule: barrels,
    bad: ["export * from './a.ts';", "export { a } from './a.ts';\nexport type { B } from './b.ts';"],
    good: ["export { a } from './a.ts';\nexport const b = 1;", 'export const b = 1;', ''],
  },
  defaultExports: {
    rule: defaultExports,
    bad: ['export default 1;', 'export default function a() {}'],
    good: ['export const a = 1;'],
  },
  misnamedFiles: {
    rule: misnamedFiles,
    path: 'src/credits/hold-credits.ts',
    bad: ['export function average() {}', 'export const average = () => 1;'],
    good: [
      'export function holdCredits() {}',
      'export const holdOf = () => 1;',
      'export type Hold = 1;\nexport const leaseMs = () => 1;',
      'export const LIMIT = 1;',
    ],
  },
  foreignWords: {
    rule: foreignWords,
    bad: ['const tenantId = 1;', 'type Kuyruk = 1;', 'call(queque);', 'const a = { musteriAdi: 1 };'],
    good: ["const a = 'tenant';", 'const organizationId = 1; // tenant', 'const confirm = 1;'],
  },
  otherClocks: {
    rule: otherClocks,
    bad: [
      'const a = new Date();',
      'const a = Date.now();',
      'const a = DateTime.now();',
      'const a = sql`select now()`;',
      'sql`x < ${b} and y > current_timestamp`;',
    ],
    good: [
      'const a = new Date(at);',
      'const a = ctx.clock.now();',
      'const a = performance.now();',
      "const a = 'select now()';",
      'DateTime.fromISO(a);',
    ],
  },
  otherSpeakersOfTime: {
    rule: otherSpeakersOfTime,
    bad: [
      'at.toLocaleString("tr");',
      'x.toLocaleString("tr", { timeZone });',
      'at.toLocaleTimeString();',
      'new Date(at).toLocaleDateString();',
      'new Intl.DateTimeFormat("tr").format(at);',
      'DateTime.fromJSDate(at).toFormat("HH:mm");',
      'time.setLocale(language);',
    ],
    good: [
      'sayTime(at, reader);',
      'at.toISOString();',
      'new Intl.NumberFormat("tr").format(5);',
      'value.toLocaleString("tr");',
    ],
  },
  environmentReaders: {
    rule: environmentReaders,
    bad: ['const a = process.env.PORT;', "const a = process.env['PORT'];", 'call(process.env);'],
    good: ['const a = config.port;'],
  },
  unshadowedTransactions: {
    rule: unshadowedTransactions,
    bad: [
      'inTransaction(ctx, async (tx) => {});',
      'inTransaction(ctx, () => a(ctx));',
      'inTransaction(world.ctx, async (ctx) => {});',
    ],
    good: ['inTransaction(ctx, async (ctx) => {});', 'inTransaction(ctx, work);'],
  },
  driverUses: {
    rule: driverUses,
    bad: ['ctx.client.unsafe(a);', 'this.ctx.client.begin();'],
    good: ['ctx.client.listen(a, b);', 'evolution.client.send();'],
  },
  moduleState: {
    rule: moduleState,
    bad: ['let a = 1;', 'export let a = 1;', 'var a;'],
    good: ['const a = 1;', 'function f() { let a = 1; }'],
  },
  strayRequests: { rule: strayRequests, bad: ['await fetch(url);'], good: ['app.fetch(request);', 'axios.get(url);'] },
};

describe.each(Object.entries(cases))('%s', (_, { rule, path = 'src/credits/queries.ts', bad, good }) => {
  it.each(bad)('finds %j', (text) => {
    const [found] = rule(parseSource(path, text));
    expect(found).toMatch(new RegExp(`^${path}:\\d+ `));
  });
  it.each(good)('passes %j', (text) => expect(rule(parseSource(path, text))).toEqual([]));
});
