import { expect, it } from 'vitest';
import { fingerprintOf, type LoggedError, normaliseMessage } from '#src/logs/fingerprint.ts';
import { scrub } from '#src/platform/scrub.ts';

const logged = (error: Error) => scrub(error) as LoggedError;
const idOf = (error: Error) => fingerprintOf(logged(error), 'said').id;
const failFor = (message: string, cause?: Error) => new RangeError(message, { cause });

it.each([
  ['instance 0199c2f0-1234-7000-8000-123456789012 is gone', 'instance <id> is gone'],
  ['no answer within 15000 ms', 'no answer within 0 ms'],
  ['getaddrinfo ENOTFOUND https://a.example.com/x?y=1', 'getaddrinfo ENOTFOUND <url>'],
  ['550 5.1.1 <ayşe@example.com>: unknown', '0 0.0.0 <<address>>: unknown'],
  ['column "şube" of “Bayi” is not there', 'column <text> of <text> is not there'],
  ['message 3EB0123456789012345A was refused', 'message <id> was refused'],
])('leaves out what varies: %s', (message, normal) => expect(normaliseMessage(message)).toBe(normal));

it('one kind: the same class, place and message but for what varies; another: anything else', () => {
  const one = idOf(failFor('row 17 is "Ayşe"'));
  expect(idOf(failFor('row 98765 is "Burak"'))).toBe(one);
  expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  const others = [
    failFor('row 17 is missing'),
    new TypeError('row 17 is "Ayşe"'),
    failFor('row 17 is "Ayşe"', new Error('gone')),
    failFor('row 17 is "Ayşe"', Object.assign(new Error('gone'), { code: '57P01' })),
  ];
  expect(new Set([one, ...others.map(idOf)]).size).toBe(5);
});

it('is thrown at the top frame of ours, whatever line that is', () => {
  const at = (frames: string[]): LoggedError => ({
    type: 'Error',
    message: 'no',
    stack: ['Error: no', ...frames.map((frame) => `    at ${frame}`)].join('\n'),
  });
  const library = 'Client.query (/app/node_modules/pg/src/client.js:5:9)';
  const first = at([library, 'async sendMail (file:///app/src/mails/send-mail.ts:10:5)', 'x (/app/src/a.ts:1:1)']);
  const moved = at(['async sendMail (file:///srv/ulak/src/mails/send-mail.ts:99:1)']);
  expect(fingerprintOf(first, '').place).toBe('sendMail · src/mails/send-mail.ts');
  expect(fingerprintOf(moved, '').id).toBe(fingerprintOf(first, '').id);
  expect(fingerprintOf(at([library]), '').place).toBeNull();
  expect(fingerprintOf(at(['file:///app/src/main.ts:1:2']), '').place).toBe('src/main.ts');
  const wrapped = { ...at([library]), cause: at(['run (/app/webhooks/outbound/run-hook-pump.ts:3:4)']) };
  expect(fingerprintOf(wrapped, '').place).toBe('run · webhooks/outbound/run-hook-pump.ts');
});

it('without an error it is what was logged, and nonsense harms nothing', () => {
  expect(fingerprintOf({}, 'the ledger differs by 12')).toMatchObject({
    type: 'Error',
    message: 'the ledger differs by 12',
  });
  const circle: LoggedError = { type: 1, message: {}, stack: [] };
  circle.cause = circle;
  expect(fingerprintOf(circle, 'said').message).toBe('said');
});
