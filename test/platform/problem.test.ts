import { describe, expect, it } from 'vitest';
import { invalid, notFound, Problem, problems } from '#src/platform/problem.ts';

describe('the table of problems', () => {
  it.each(Object.entries(problems))(
    '%s has a status that refuses and a text in each language',
    (code, { status, en, tr }) => {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(status >= 400 && status < 600).toBe(true);
      expect(en.length > 3 && tr.length > 3 && new Set<string>([en, tr]).size === 2).toBe(true);
    },
  );
});

describe('Problem', () => {
  it('answers as RFC 9457 says, in the language of the caller', () => {
    const problem = new Problem('insufficient-credits', {
      detail: { en: '4 are missing', tr: '4 eksik' },
      members: { required: 10, available: 6 },
      cause: new Error('select * from secrets'),
    });
    expect(problem.status).toBe(402);
    expect(problem.body('tr', 'r-1')).toEqual({
      type: 'urn:ulak:problem:insufficient-credits',
      title: problems['insufficient-credits'].tr,
      status: 402,
      detail: '4 eksik',
      code: 'insufficient-credits',
      requestId: 'r-1',
      required: 10,
      available: 6,
    });
  });

  it('says its title where there is no more to say, and never what happened inside', () => {
    const body = new Problem('internal', { cause: new Error('password=1') }).body('en', 'r');
    expect(body['detail']).toBe(problems.internal.en);
    expect(JSON.stringify(body)).not.toContain('password');
  });

  it('names what is wrong where', () => {
    const body = invalid('audience.groupIds[0]', { en: 'Unknown', tr: 'Bilinmiyor' }).body('tr', 'r');
    expect(body).toMatchObject({ status: 400, errors: [{ path: 'audience.groupIds[0]', message: 'Bilinmiyor' }] });
    expect(notFound().body('en', 'r')).not.toHaveProperty('errors');
  });
});
