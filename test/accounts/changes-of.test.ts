import { expect, it } from 'vitest';
import { changesOf, HIDDEN } from '#src/accounts/changes-of.ts';

it('tells what is different of the fields that are asked about, as it is and as it was', () => {
  const at = new Date('2026-03-01T10:00:00Z');
  const before = {
    name: 'İnci',
    cap: null,
    at,
    tags: ['a'],
    window: { start: 1, end: 2 },
    untold: 1,
    stays: 1,
    same: [1],
  };
  const after = {
    name: 'inci',
    cap: 5,
    at: new Date('2026-03-02T10:00:00Z'),
    tags: ['a', 'b'],
    window: { end: 2, start: 1 },
    untold: 2,
    stays: undefined,
    same: [1],
  };
  expect(changesOf<object>(before, after, ['name', 'cap', 'at', 'tags', 'window', 'stays', 'same'] as never[])).toEqual(
    {
      name: ['İnci', 'inci'],
      cap: [null, 5],
      at: ['2026-03-01T10:00:00.000Z', '2026-03-02T10:00:00.000Z'],
      tags: [['a'], ['a', 'b']],
    },
  );
  expect(changesOf(before, { at: new Date(at) }, ['at'])).toEqual({});
});

it('shows a secret as changed, set or taken away, and never its value, also not inside of something', () => {
  const names = ['password', 'apiKey', 'accessToken', 'webhookSecret', 'smtpUrl', 'smtpUrlSealed', 'webhookJwtKey'];
  for (const name of names) {
    expect(changesOf<Record<string, unknown>>({ [name]: 'old one' }, { [name]: 'new one' }, [name])).toEqual({
      [name]: [HIDDEN, HIDDEN],
    });
    expect(changesOf<Record<string, unknown>>({ [name]: null }, { [name]: 'new one' }, [name])).toEqual({
      [name]: [null, HIDDEN],
    });
  }
  const changes = changesOf({ bot: { url: 'a', token: 'old one' } }, { bot: { url: 'b', token: 'new one' } }, ['bot']);
  expect(changes).toEqual({
    bot: [
      { url: 'a', token: HIDDEN },
      { url: 'b', token: HIDDEN },
    ],
  });
});

it('cuts long texts, between characters, and long lists', () => {
  const text = `${'a'.repeat(299)}😀${'b'.repeat(500)}`;
  const { text: pair, list } = changesOf({ text: '', list: [] as number[] }, { text, list: Array(25).fill(1) }, [
    'text',
    'list',
  ]);
  expect(pair).toEqual(['', `${'a'.repeat(299)}\ufffd…`]);
  expect(list![1]).toEqual([...Array(20).fill(1), '… +5']);
});
