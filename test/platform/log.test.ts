import { DrizzleQueryError } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrubText } from '#src/platform/scrub.ts';
import { openLog } from './read-log.ts';

const PHONE = '+905321234567';

describe('createLog', () => {
  it('writes JSON lines with the level in words and the time in UTC', () => {
    const { log, lines } = openLog();
    log.info({ requestId: 'r' }, 'request');
    expect(lines).toEqual([{ level: 'info', time: expect.stringMatching(/Z$/), requestId: 'r', msg: 'request' }]);
  });

  it.each([
    'apiKey',
    'apikey',
    'api_key',
    'API_KEY',
    'x-api-key',
    'authorization',
    'Authorization',
    'cookie',
    'set-cookie',
    'token',
    'sessionToken',
    'password',
    'newPassword',
    'secret',
    'webhookSecret',
    'authSecret',
    'jwtKey',
    'jwt_key',
    'qrCode',
    'pairingCode',
    'databaseUrl',
  ])('leaves out %s, however deep', (name) => {
    const { log, lines, text } = openLog();
    log.info({ [name]: 'hush', a: { [name]: ['hush'], b: [{ c: { [name]: { d: 'hush' } } }] } }, 'said');
    expect(text()).not.toContain('hush');
    expect(lines[0]).toMatchObject({ [name]: '[redacted]', a: { b: [{ c: { [name]: '[redacted]' } }] } });
  });

  it('says that a secret is missing where it is', () => {
    const { log, lines } = openLog();
    log.info({ token: null }, 'said');
    expect(lines[0]).toMatchObject({ token: null });
  });

  it('shortens phone numbers in messages, their parts and fields', () => {
    const { log, text, lines } = openLog();
    log.info(`to ${PHONE}`);
    log.info({ phone: PHONE, jid: '905321234567@s.whatsapp.net', list: [{ to: PHONE }] }, 'to %s', PHONE);
    expect(text()).not.toContain('5321234567');
    expect(lines).toMatchObject([
      { msg: 'to +9053…67' },
      { phone: '+9053…67', jid: '90532…67@s.whatsapp.net', list: [{ to: '+9053…67' }], msg: 'to +9053…67' },
    ]);
  });

  it('tells an error with its causes, and shortens numbers in message and stack', () => {
    const { log, lines, text } = openLog();
    const cause = Object.assign(new TypeError(`no ${PHONE}`), {
      code: '23505',
      detail: `Key (phone)=(${PHONE})`,
      parameters: ['hush'],
    });
    log.error({ err: new Error(`failed for ${PHONE}`, { cause }) }, 'request failed');
    expect(lines[0]).toMatchObject({
      err: {
        type: 'Error',
        message: 'failed for +9053…67',
        stack: expect.stringContaining('log.test.ts'),
        cause: { type: 'TypeError', code: '23505', message: 'no +9053…67' },
      },
      msg: 'request failed',
    });
    expect(text()).not.toMatch(/5321234567|hush/);
  });

  it.each([
    ['an error alone', (log: ReturnType<typeof openLog>['log'], error: Error) => log.error(error)],
    ['fields without a message', (log: ReturnType<typeof openLog>['log'], error: Error) => log.error({ err: error })],
    [
      'under another name',
      (log: ReturnType<typeof openLog>['log'], error: Error) => log.error({ reason: error }, 'said'),
    ],
  ])('scrubs %s', (_, write) => {
    const { log, text, lines } = openLog();
    write(log, new Error(`failed for ${PHONE}`));
    expect(lines).toHaveLength(1);
    expect(text()).toContain('+9053…67');
    expect(text()).not.toContain('5321234567');
  });

  it('never tells the parameters of a failed statement', () => {
    const { log, text, lines } = openLog();
    log.error({ err: new DrizzleQueryError('select $1', ['hush'], new Error('gone')) }, 'request failed');
    expect(text()).not.toContain('hush');
    expect(lines[0]).toMatchObject({ err: { message: 'Failed query: select $1', cause: { message: 'gone' } } });
  });

  it('tells every address that did not answer', () => {
    const { log, lines } = openLog();
    const one = Object.assign(new Error('connect ECONNREFUSED ::1:5432'), { code: 'ECONNREFUSED' });
    log.error({ err: new AggregateError([one], '') }, 'away');
    expect(lines[0]).toMatchObject({ err: { type: 'AggregateError', errors: [{ code: 'ECONNREFUSED' }] } });
  });

  it('survives what has no end, no JSON or no bottom', () => {
    const { log, lines } = openLog();
    const circle: Record<string, unknown> = {
      name: 'circle',
      big: 1n,
      bytes: Buffer.from('hush'),
      at: new Date(0),
      nothing: undefined,
    };
    circle['self'] = circle;
    log.info(circle, 'said');
    expect(lines[0]).toMatchObject({
      name: 'circle',
      big: '1',
      bytes: '[4 bytes]',
      at: '1970-01-01T00:00:00.000Z',
      self: { name: 'circle' },
    });
  });
});

describe('scrubText', () => {
  it.each([
    ['0199c2f0-1234-7000-8000-123456789012', 'an id that ends in digits'],
    ['3EB0123456789012345A', 'a message id'],
    ['2026-03-02T09:00:00.000Z', 'a time'],
    ['123456789', 'nine digits'],
    ['1234567890123456', 'sixteen digits'],
    ['v1.1234567890123', 'what follows a dot'],
  ])('leaves %s alone: %s', (text) => expect(scrubText(`before ${text} after`)).toBe(`before ${text} after`));

  it.each([
    ['postgres://ulak:hush@db:5432/ulak', 'postgres://[redacted]@db:5432/ulak'],
    ['smtps://user:hush@mail.example.com', 'smtps://[redacted]@mail.example.com'],
    ['Authorization: Bearer hushhushhush', 'Authorization: Bearer [redacted]'],
  ])('leaves the login out of %s', (text, clean) => expect(scrubText(text)).toBe(clean));

  it('lets no number of a phone through, wherever it stands', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 10, maxLength: 15 });
    const around = fc.constantFrom(' ', ',', '"', '(', '/', ':', '@', '=', '\n', '');
    const property = fc.property(
      around,
      digits,
      around,
      (before, number, after) => !scrubText(`${before}+${number}${after}`).includes(number),
    );
    fc.assert(property);
  });
});
