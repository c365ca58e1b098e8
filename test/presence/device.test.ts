import { expect, it } from 'vitest';
import { deviceOf } from '#src/presence/device.ts';

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome 140 · Windows',
    'desktop',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    'Safari 18 · iOS',
    'mobile',
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
    'Safari 17 · iOS',
    'tablet',
  ],
  ['okhttp/4.12.0', 'okhttp 4', 'other'],
  ['<script>alert(1)</script>', null, 'other'],
  ['', null, 'other'],
  [null, null, 'other'],
])('says of %s what it is', (userAgent, name, kind) => {
  expect(deviceOf(userAgent)).toMatchObject({ name, kind });
});

it('takes whatever is written, and no longer for more of it', () => {
  for (const part of ['(', 'Mozilla/5.0 ', '1.', 'Opera Mini/', '\u0000', 'İ'])
    expect(deviceOf(part.repeat(100_000)).kind).toBeDefined();
});
