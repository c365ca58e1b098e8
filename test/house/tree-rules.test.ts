import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { deadPaths } from './doc-rules.ts';
import { unplacedFiles } from './import-rules.ts';
import { meaninglessNames, unkebabNames } from './name-rules.ts';
import { oddTimes, ownerlessTables, staleExceptions } from './schema-rules.ts';
import { parseSource } from './source-file.ts';
import { isCalled, routesIn, spellPathsOut, uncalledRoutes, untestedRooms } from './twin-rules.ts';

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
