import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { pack, unpack } from '#src/platform/jobs.ts';
import { currentTrail, leaveTrail, noteTrail, onTrail } from '#src/platform/trail.ts';
import { openLog } from './read-log.ts';

it('every line says on whose trail it was logged, however deep, and never on another’s', async () => {
  const { log, lines } = openLog();
  const visit = (requestId: string, userId: string) =>
    onTrail({ requestId, traceparent: 'w3c' }, async () => {
      await turn();
      noteTrail({ userId });
      await turn();
      log.info('inside');
    });
  await Promise.all([visit('one', 'ayse'), visit('two', 'burak')]);
  log.info('outside');
  expect(lines).toMatchObject([
    { requestId: 'one', userId: 'ayse', msg: 'inside' },
    { requestId: 'two', userId: 'burak', msg: 'inside' },
    { msg: 'outside' },
  ]);
  expect(lines[0]).not.toHaveProperty('traceparent');
  expect(lines[2]).not.toHaveProperty('requestId');
});

it('what a line says of itself goes before its trail', () => {
  const { log, lines } = openLog();
  onTrail({ userId: 'who asks' }, () => log.info({ userId: 'who is meant' }, 'said'));
  expect(lines).toMatchObject([{ userId: 'who is meant' }]);
});

it('a job takes along where it came from, and what outlives a request does not', () => {
  const packed = onTrail({ requestId: 'one', userId: 'ayse' }, () => pack({ mailId: 'm' }));
  expect(unpack(packed)).toEqual({ payload: { mailId: 'm' }, from: { requestId: 'one', userId: 'ayse' } });
  expect(unpack(pack({ mailId: 'm' }))).toEqual({ payload: { mailId: 'm' }, from: {} });
  expect(unpack(null)).toEqual({ payload: null, from: {} });
  expect(onTrail({ requestId: 'one' }, () => leaveTrail(() => currentTrail()))).toBeUndefined();
});
