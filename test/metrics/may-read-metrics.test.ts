import { expect, it } from 'vitest';
import { mayReadMetrics } from '#src/metrics/may-read-metrics.ts';

const may = (token: string | null, headers: Record<string, string>, address: string | null) =>
  mayReadMetrics(token, new Headers(headers), address);
const TOKEN = 'a token of sixteen';

it('with a token: whoever bears it, from wherever; nobody else, not even from this machine', () => {
  expect(may(TOKEN, { authorization: `Bearer ${TOKEN}` }, '203.0.113.7')).toBe(true);
  for (const authorization of ['', 'Bearer ', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN])
    expect(may(TOKEN, { authorization }, '127.0.0.1')).toBe(false);
});

it('without one: private networks, unless through a proxy, behind which anybody may stand', () => {
  for (const address of ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '::1', 'fd00::1'])
    expect(may(null, {}, address)).toBe(true);
  for (const address of ['203.0.113.7', '172.32.0.1', '2001:db8::1', 'x', null])
    expect(may(null, {}, address)).toBe(false);
  expect(may(null, { 'x-forwarded-for': '10.0.0.1' }, '127.0.0.1')).toBe(false);
  expect(may(null, { forwarded: 'for=10.0.0.1' }, '127.0.0.1')).toBe(false);
});
