import fc from 'fast-check';
import { behaviours, havings, suppressionWords } from '#src/customers/filters/leaf-schemas.ts';
import type { Filter } from '#src/customers/filters/read-filter.ts';
import { type FilterScene, words } from './filter-scene.ts';

const listOf = (values: readonly unknown[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const ofSet = fc.constantFrom('any', 'all', 'none');
const anyOrNone = fc.constantFrom('any', 'none');
const leaf = (field: string, op: unknown, value: unknown) =>
  fc.record({ field: fc.constant(field), op, value } as Record<string, fc.Arbitrary<unknown>>);
const days = fc.integer({ min: 1, max: 60 });
const is = fc.constant('is');

const custom = (key: string, op: fc.Arbitrary<unknown>, value: fc.Arbitrary<unknown>) =>
  fc.record({ field: fc.constant('custom'), key: fc.constant(key), op, value });
const presence = (key: string) =>
  fc.record({ field: fc.constant('custom'), key: fc.constant(key), op: fc.constantFrom('present', 'empty') });
const ordered = (value: fc.Arbitrary<number | string>) =>
  fc.tuple(value, value).map(([a, b]) => (a <= b ? [a, b] : [b, a]));

const customLeaves = () => {
  const amount = fc.integer({ min: 0, max: 20 }).map((n) => n * 2.5);
  const date = fc.constantFrom('2025-01-31', '2025-06-15', '2026-02-28', '2025-12-01');
  const range = (key: string, value: fc.Arbitrary<number | string>) => [
    custom(key, fc.constantFrom('is', 'atLeast', 'atMost'), value),
    custom(key, fc.constant('between'), ordered(value)),
  ];
  return [
    custom('favourite', fc.constantFrom('contains', 'is'), fc.constantFrom(...words.texts, 'ırm', 'İ', '%')),
    custom('member', is, fc.boolean()),
    custom('size', anyOrNone, listOf(words.sizes)),
    custom('likes', ofSet, listOf(words.sizes)),
    ...range('budget', amount),
    ...range('since', date),
    ...['favourite', 'budget', 'likes'].map(presence),
  ];
};

/** Filters of every kind over what the scene has. */
export function anyFilter(scene: FilterScene, userId: string, segmentIds: string[]): fc.Arbitrary<Filter> {
  const campaign = fc.record(
    {
      campaignId: fc.constantFrom(...scene.campaigns.map(({ id }) => id)),
      channel: fc.constantFrom('whatsapp', 'email'),
      withinDays: days,
    },
    { requiredKeys: [] },
  );
  const leaves = [
    leaf('addedWithinDays', is, days),
    leaf('notContactedForDays', is, days),
    leaf('source', anyOrNone, listOf(words.sources)),
    leaf('countryCode', anyOrNone, listOf(['TR', 'DE', 'FR'])),
    leaf('city', anyOrNone, listOf(words.cities)),
    leaf('language', anyOrNone, listOf(['tr', 'en'])),
    leaf('lastContactedChannel', anyOrNone, listOf(['whatsapp', 'email', 'sms'])),
    leaf('consultantId', anyOrNone, listOf(['none', userId])),
    leaf('createdBy', anyOrNone, listOf(['user', 'apiKey', userId])),
    leaf('tag', ofSet, listOf(words.tags)),
    leaf('groupId', ofSet, listOf(scene.groupIds)),
    leaf('segmentId', ofSet, listOf(segmentIds)),
    leaf('consent', ofSet, listOf(['email', 'whatsapp', 'sms'])),
    leaf('suppression', ofSet, listOf(suppressionWords)),
    leaf('has', ofSet, listOf(havings)),
    leaf('birthdayWithinDays', is, fc.constantFrom(0, 7, 30, 366)),
    leaf(
      'campaign',
      fc.constantFrom(...behaviours),
      campaign.filter((value) => 'campaignId' in value || 'withinDays' in value),
    ),
    leaf(
      'search',
      fc.constant('contains'),
      fc.constantFrom('ışıl', 'CAGRI', "o'hara", 'test.com', '532100', 'ümit can', '%', '_'),
    ),
    ...customLeaves(),
  ] as fc.Arbitrary<Filter>[];
  const { node } = fc.letrec<{ node: Filter }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.oneof(...leaves),
      fc.record({ and: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('node') }),
    ) as fc.Arbitrary<Filter>,
  }));
  return node;
}
