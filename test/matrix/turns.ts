import { newId } from '#src/platform/ids.ts';

export const NO_IDS = [
  'nonsense',
  '1',
  "'",
  '%00',
  '%ff',
  '%E2%80%AE',
  '..%2f..',
  '%7B%7D',
  'a'.repeat(5000),
  `${newId()}x`,
];
export const NO_KEYS = ['a'.repeat(256), 'two words', 'é', ''];
export const NO_LIMITS = ['0', '201', '-1', '1.5', 'many', '1e9', ''];
export const NO_OBJECTS: (string | Uint8Array)[] = [
  ...['{"name":', '[]', '"text"', '5', 'null', '{}{}', 'NaN', "{'name': 1}", '\ufeff\ufeff{}'],
  ...[Buffer.from([0xff, 0xfe, 0x7b, 0x7d]), Buffer.from('{"name":"\xff"}', 'latin1')],
];

const turns = new Map<readonly unknown[], number>();
/** Four at a time. */
export const inFours =
  <T>(ask: (item: T) => Promise<void>) =>
  async (items: T[]): Promise<void> => {
    for (let i = 0; i < items.length; i += 4) await Promise.all(items.slice(i, i + 4).map(ask));
  };

/** The next `count` of a list, round and round. */
export function turn<T>(list: readonly T[], count: number): T[] {
  const from = turns.get(list) ?? 0;
  turns.set(list, from + count);
  return Array.from({ length: count }, (_, i) => list[(from + i) % list.length]!);
}
