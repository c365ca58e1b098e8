import { describe, expect, it } from 'vitest';
import { judgeOutcome } from '#src/campaigns/judge-outcome.ts';
import { accepted, rejected, unavailable, unknown } from '#src/channels/evolution/outcome.ts';

describe('what an answer means for a message', () => {
  const sent = { providerMessageId: '3EB0', remoteJid: 'x' };

  it.each([
    ['accepted', accepted(sent), 1, { kind: 'sent', sent }],
    ['a time-out is unknown, however often', unknown('timeout', ''), 9, { kind: 'unknown', reason: 'timeout' }],
    [
      'not on WhatsApp fails at once',
      rejected('not-on-whatsapp', ''),
      1,
      { kind: 'failed', reason: 'not-on-whatsapp' },
    ],
    [
      'a refused connection is waited for',
      unavailable('refused-connection', ''),
      1,
      { kind: 'again', afterMs: 5_000, reason: 'refused-connection' },
    ],
    [
      'longer each time, a minute at most',
      unavailable('refused-connection', ''),
      50,
      { kind: 'again', afterMs: 60_000, reason: 'refused-connection' },
    ],
    [
      'a lost key is not the recipient\u2019s fault',
      rejected('unauthorized', ''),
      50,
      { kind: 'again', afterMs: 60_000, reason: 'unauthorized' },
    ],
    [
      'a closed connection is waited for without end',
      unavailable('instance-closed', ''),
      50,
      { kind: 'again', afterMs: 60_000, reason: 'instance-closed' },
    ],
    ['no session: again', unavailable('no-session', ''), 2, { kind: 'again', afterMs: 10_000, reason: 'no-session' }],
    ['no session: poison after three', unavailable('no-session', ''), 3, { kind: 'failed', reason: 'no-session' }],
  ])('%s', (_, outcome, attempt, verdict) => {
    expect(judgeOutcome(outcome, attempt)).toEqual(verdict);
  });

  it('a closed connection at one message while others get through: fails after five', () => {
    const closed = unavailable('instance-closed', '');
    expect(judgeOutcome(closed, 4, true)).toMatchObject({ kind: 'again' });
    expect(judgeOutcome(closed, 5, true)).toEqual({ kind: 'failed', reason: 'instance-closed' });
  });
});
