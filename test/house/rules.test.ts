import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { deadPaths } from './doc-rules.ts';
import {
  driverUses,
  environmentReaders,
  moduleState,
  otherClocks,
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
  unplacedFiles,
  upwardImports,
} from './import-rules.ts';
import { barrels, defaultExports, foreignWords, meaninglessNames, misnamedFiles, unkebabNames } from './name-rules.ts';
import { oddTimes, ownerlessTables, staleExceptions } from './schema-rules.ts';
import { longFiles, longFunctions } from './size-rules.ts';
import { parseSource, type SourceFile } from './source-file.ts';
import { isCalled, routesIn, spellPathsOut, uncalledRoutes, untestedRooms } from './twin-rules.ts';

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

describe('rules about paths', () => {
  it('find files without a room, and names that say nothing', () => {
    expect(
      unplacedFiles([
        'src/credits/a.ts',
        'src/sales/a.ts',
        'src/app.ts',
        'webhooks/inbound/fax/routes.ts',
        'test/sales/a.ts',
      ]),
    ).toHaveLength(2);
    expect(
      meaninglessNames(['src/a/utils.ts', 'src/a/date-helpers.ts', 'src/a/index.ts', 'src/a/message.ts']),
    ).toHaveLength(3);
    expect(
      unkebabNames(['src/a/readThing.ts', 'src/a/read_thing.ts', 'src/a/read-thing.ts', 'test/a/read-thing.test.ts']),
    ).toHaveLength(2);
  });

  it('find rooms without a test', () => {
    const paths = [
      'src/a/x.ts',
      'src/b/x.ts',
      'test/a/x.test.ts',
      'test/b/scene.ts',
      'webhooks/outbound/x.ts',
      'src/main.ts',
    ];
    expect(untestedRooms(paths)).toEqual(['test/b/ has no test', 'test/webhooks/outbound/ has no test']);
  });
});

describe('rules about tables', () => {
  const owned = pgTable('owned', { organizationId: uuid(), createdAt: timestamp({ withTimezone: true }) });
  const lost = pgTable('lost', {
    id: uuid(),
    created: timestamp({ withTimezone: true }),
    sentAt: text(),
    endsAt: timestamp(),
  });

  it('find one that does not say whose its rows are, and exceptions that are none', () => {
    expect(ownerlessTables({ owned, lost, lostStatuses: ['a'] }, {})).toEqual(['lost has no organization_id']);
    expect(ownerlessTables({ owned, lost }, { lost: 'why' })).toEqual([]);
    expect(staleExceptions({ owned, lost }, { lost: 'why', owned: 'why', gone: 'why' })).toHaveLength(2);
  });

  it('find times that are no instants', () => {
    expect(oddTimes({ owned, lost }, {})).toHaveLength(3);
    expect(oddTimes({ owned, lost }, { lost: ['created', 'sentAt', 'endsAt'] })).toEqual([]);
  });
});

describe('rules about routes', () => {
  const source =
    "const a = { method: 'get', path: '/v1/groups/{id}/customers', tag: 'x' }; const b = { method: 'x', path: name };";
  const [route] = routesIn(parseSource('src/a/routes.ts', source));

  it('read them from the source', () => {
    expect(route).toEqual({ method: 'get', path: '/v1/groups/{id}/customers', where: 'src/a/routes.ts:1' });
    expect(uncalledRoutes([route!], '')).toHaveLength(1);
    expect(uncalledRoutes([route!], '', ['GET /v1/groups/{id}/customers'])).toEqual([]);
  });

  it.each([
    "call('GET', `/v1/groups/${group.id}/customers`)",
    "call('GET', '/v1/groups/1/customers?limit=2')",
    "describe('GET /v1/groups/{id}/customers', f)",
  ])('see that %s calls it', (text) => expect(isCalled(route!, text)).toBe(true));
  it.each([
    "call('POST', `/v1/groups/${id}/customers`)",
    "call('GET', '/v1/groups/1')",
    "call('GET', `/v1/groups/${id}/customers/2`)",
    "call('GET', '/v1/groups/customers')",
  ])('see that %s does not', (text) => expect(isCalled(route!, text)).toBe(false));
  it('see through a path that was given a name', () => {
    const text = spellPathsOut(
      "const PATH = '/v1/groups';\ncall('GET', `${PATH}/${id}/customers`); call('POST', PATH, {})",
    );
    expect(isCalled(route!, text)).toBe(true);
    expect(isCalled({ method: 'post', path: '/v1/groups' }, text)).toBe(true);
  });
});

describe('the rule about documents', () => {
  const files = new Set(['src/app.ts', 'docs/a.md', 'docs/b.md', 'README.md']);
  const find = (text: string, path = 'README.md') => deadPaths({ path, text }, files);

  it.each(['see `src/gone.ts`', 'see `src/gone/`', 'see [this](docs/gone.md)', '`docs/gone.md` and `src/app.ts`'])(
    'finds %j',
    (text) => expect(find(text)).toHaveLength(1),
  );
  it.each([
    'see `src/app.ts`',
    '`src/`',
    '[b](docs/b.md#part)',
    '[out](https://example.com/x)',
    '`application/json`',
    '`npm run dev`',
  ])('passes %j', (text) => expect(find(text)).toEqual([]));
  it('reads links from where they stand', () => {
    expect(find('[b](b.md) [home](../README.md)', 'docs/a.md')).toEqual([]);
    expect(find('[c](c.md)', 'docs/a.md')).toHaveLength(1);
  });
});
