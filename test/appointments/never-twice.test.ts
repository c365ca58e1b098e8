import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createWorld } from '#test/support/world.ts';
import { hire, type Json, openDesk } from './desk.ts';

const MINUTE = 60_000;
const BASE = Date.UTC(2026, 4, 4, 6);

/** A time within a day and a half, in quarters of an hour: full enough to be in each other's way all the time. */
const span = fc
  .record({ quarter: fc.integer({ min: 0, max: 140 }), quarters: fc.integer({ min: 1, max: 8 }) })
  .map(({ quarter, quarters }) => ({
    startsAt: new Date(BASE + quarter * 15 * MINUTE).toISOString(),
    endsAt: new Date(BASE + (quarter + quarters) * 15 * MINUTE).toISOString(),
  }));
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('book' as const),
      span,
      whose: fc.nat(1),
      buffer: fc.constantFrom(0, 0, 20),
      series: fc.constantFrom(null, null, null, 'FREQ=DAILY;COUNT=4', 'FREQ=DAILY;INTERVAL=2;COUNT=2'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      span,
      which: fc.nat(30),
      whose: fc.nat(1),
      scope: fc.constantFrom('this', 'this', 'all', 'this-and-following'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('buffer' as const), which: fc.nat(30), buffer: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'approve' as const), which: fc.nat(30) }),
  },
);

it('201, 200 or 409, whatever comes at the same moment: no consultant ever has two appointments at once', {
  timeout: 30_000,
}, async () => {
  await using world = await createWorld({ now: '2026-03-02T06:00:00Z' });
  const { ask, book, selin } = await openDesk(world);
  const consultants = [selin.userId, (await hire(world, 'deniz')).userId];
  const ids: string[] = [];
  const seen = { 200: 0, 201: 0, 409: 0 };
  const act = async (one: Json): Promise<void> => {
    const id = ids[one.which % Math.max(1, ids.length)];
    if (one.kind !== 'book' && id === undefined) return;
    const answer =
      one.kind === 'book'
        ? await book({
            ...one.span,
            consultantId: consultants[one.whose],
            bufferMinutes: one.buffer,
            recurrence: one.series,
          })
        : one.kind === 'move'
          ? await ask('PATCH', `/v1/appointments/${id}`, {
              ...one.span,
              consultantId: consultants[one.whose],
              scope: one.scope,
            })
          : one.kind === 'buffer'
            ? await ask('PATCH', `/v1/appointments/${id}`, { bufferMinutes: one.buffer })
            : await ask('POST', `/v1/appointments/${id}/${one.kind}`, {});
    // a daily one that is longer than its rule allows is the caller's mistake; nothing else is
    if (answer.status === 400) expect(answer.body.errors[0].path).toBe('recurrence');
    else expect([200, 201, 409]).toContain(answer.status);
    seen[answer.status as 409]++;
    if (answer.status === 201) ids.push(answer.body.id);
    if (answer.status === 409 && answer.body.code === 'appointment-conflict')
      expect(answer.body.conflicts.length).toBeGreaterThan(0);
  };
  const overlaps = async () => {
    const rows = await world.ctx.db.execute(sql`
      select a.id, b.id from appointments a join appointments b on a.id < b.id and a.consultant_id = b.consultant_id
        and a.starts_at < b.ends_at + b.buffer_minutes * interval '1 minute' and b.starts_at < a.ends_at + a.buffer_minutes * interval '1 minute'
      where a.status in ('requested', 'approved', 'done') and b.status in ('requested', 'approved', 'done')
        and a.deleted_at is null and b.deleted_at is null`);
    return [...rows];
  };
  const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async (steps) => {
    await Promise.all(steps.map(act));
    expect(await overlaps()).toEqual([]);
  });
  await fc.assert(property, { numRuns: 10, seed: 11, endOnFailure: true });
  expect(Object.values(seen).every((count) => count > 2)).toBe(true);
});
