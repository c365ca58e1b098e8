import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeHealth, type Outcome, opened, passage, SAMPLE } from '#src/instances/breaker.ts';

const now = new Date('2026-03-02T09:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const some = (count: number, result: Outcome['result'], cold = false, minutes = 10): Outcome[] =>
  Array.from({ length: count }, () => ({ result, cold, at: ago(minutes) }));
const judge = (outcomes: Outcome[], openSince: Date | null = null) => judgeHealth(outcomes, openSince, now);

describe('judgeHealth', () => {
  it('lets four failures pass, and stops at five of ten', () => {
    expect(judge([...some(4, 'lost'), ...some(3, 'good')])).toMatchObject({ all: null, cold: null });
    expect(judge([...some(5, 'lost'), ...some(5, 'good')])).toMatchObject({ all: 'error-rate', errorRate: 0.5 });
    expect(judge([...some(5, 'lost'), ...some(6, 'good')])).toMatchObject({ all: null });
  });

  it('463: refused strangers stop the cold messages alone while others get theirs', () => {
    expect(judge([...some(8, 'refused', true), ...some(3, 'good')])).toMatchObject({ all: null, cold: 'refused-cold' });
    expect(judge(some(8, 'refused', true))).toMatchObject({ all: null, cold: 'refused-cold' });
    expect(judge([...some(2, 'refused', true), ...some(3, 'good', true)])).toMatchObject({ cold: null });
  });

  it('stops everything when those known are refused too', () => {
    expect(judge([...some(4, 'refused', true), ...some(6, 'refused')])).toMatchObject({
      all: 'error-rate',
      cold: 'refused-cold',
    });
  });

  it('F17: stops when eight in a row were accepted and none acknowledged for five minutes', () => {
    expect(judge([...some(8, 'silent', false, 5), ...some(5, 'good')])).toMatchObject({ all: 'acks-stalled' });
    expect(judge([...some(8, 'silent', false, 4), ...some(5, 'good')])).toMatchObject({ all: null });
    expect(judge([...some(7, 'silent', false, 9), ...some(5, 'good')])).toMatchObject({ all: null });
    expect(judge([...some(1, 'good'), ...some(12, 'silent', false, 9)])).toMatchObject({ all: null });
  });

  it('does not miss acks that a closed connection held back before they can have come', () => {
    expect(judge(some(10, 'silent', false, 60), ago(2))).toMatchObject({ all: null });
    expect(judge(some(10, 'silent', false, 60), ago(5))).toMatchObject({ all: 'acks-stalled' });
  });

  it('never holds back a number all of whose messages arrive', () => {
    const outcomes = fc.array(fc.record({ cold: fc.boolean(), minutes: fc.nat(600) }), { maxLength: SAMPLE });
    fc.assert(
      fc.property(outcomes, (drawn) => {
        const all = drawn.map(({ cold, minutes }): Outcome => ({ result: 'good', cold, at: ago(minutes) }));
        expect(judge(all)).toMatchObject({ all: null, cold: null });
      }),
    );
  });
});

describe('opened', () => {
  it('waits a quarter of an hour, twice as long each time, six hours at most; a day later it is forgiven', () => {
    let health: Parameters<typeof opened>[0] = null;
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      const next = opened(health, now);
      waits.push((next.retryAt.getTime() - now.getTime()) / 60_000);
      health = next;
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 360, 360]);
    expect(opened({ openings: 5, state: 'closed', sinceAt: ago(25 * 60) }, now).openings).toBe(1);
    expect(opened({ openings: 5, state: 'closed', sinceAt: ago(60) }, now).openings).toBe(6);
  });
});

describe('passage', () => {
  it('is free, shut until a time, or one message to find out', () => {
    expect(passage(null, now)).toEqual({ kind: 'free' });
    expect(passage({ state: 'closed', retryAt: null }, now)).toEqual({ kind: 'free' });
    expect(passage({ state: 'open', retryAt: ago(-5) }, now)).toEqual({ kind: 'shut', until: ago(-5) });
    expect(passage({ state: 'open', retryAt: now }, now)).toEqual({ kind: 'probe' });
    expect(passage({ state: 'half-open', retryAt: ago(1) }, now)).toMatchObject({ kind: 'shut' });
  });
});
