import { expect, it } from 'vitest';
import { isOutage } from '#src/platform/is-outage.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });

it.each(['ECONNREFUSED', 'CONNECTION_CLOSED', '57P01', '53300', '55P03', '40P01', '25006'])(
  '%s is worth asking again',
  (code) => {
    expect(isOutage(coded(code))).toBe(true);
    expect(isOutage(new Error('outer', { cause: new Error('middle', { cause: coded(code) }) }))).toBe(true);
  },
);

it.each([coded('23505'), coded('42P01'), new Error('ECONNREFUSED'), null, 'ECONNREFUSED', { code: 'ECONNREFUSED' }])(
  '%j is not',
  (error) => expect(isOutage(error)).toBe(false),
);
