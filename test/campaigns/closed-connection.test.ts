import axios from 'axios';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { reviewHealth } from '#src/campaigns/review-health.ts';
import { ack, faults, recipientOf, type Scene, sendsTo } from './mixed-outcomes.ts';
import { play } from './play.ts';
import { stage } from './scene.ts';

const CLOSED = { kind: 'answer', status: 500, message: 'Connection Closed' };
const clearFaults = (scene: Scene) =>
  axios.delete(`${scene.simulator.url}/simulator/faults`, { headers: { apikey: scene.simulator.apiKey } });
const until = (hours: number) => new Date(Date.parse('2026-03-02T09:00:00Z') + hours * 3_600_000);
const opening = { more: { delay: { minSeconds: 1, maxSeconds: 1 } } };

const breaker = async (scene: Scene) => {
  const [row] = await scene.ctx.db.execute<{ state: string; openings: number }>(
    sql`select state, openings from lane_health where scope = 'all'`,
  );
  return row;
};

/** WhatsApp acknowledges all that was sent. */
async function ackAll(scene: Scene): Promise<void> {
  for (const { keyId } of scene.simulator.sends()) await ack(scene, keyId, 'SERVER_ACK');
  await reviewHealth(scene.ctx, [scene.instanceId]);
  await scene.drain();
}

describe('F16: “Connection Closed” before the send: the trouble of the number, not of a recipient', () => {
  it('fails nobody however long it lasts; the lane asks less and less often, and all get theirs when it is over', async () => {
    await using scene = await stage({ count: 3, endings: ['1001', '1002', '1003'], ...opening });
    await faults(scene, { verb: 'sendText', outcome: CLOSED });
    await play(scene, until(4));
    const { counts, statusReason } = await scene.campaign();
    expect({ statusReason, failed: counts.failed, sent: counts.sent }).toEqual({
      statusReason: 'number-unhealthy',
      failed: 0,
      sent: 0,
    });
    expect((await breaker(scene))!.openings).toBeGreaterThan(3);
    await clearFaults(scene);
    await play(scene, until(8));
    await ackAll(scene);
    await play(scene);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { failed: 0 }, credits: { spent: 3 } });
    expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual([1, 1, 1]);
    expect(await scene.ledger()).toEqual([]);
  });

  it('one recipient alone at whom it happens while others get theirs fails in the end, and holds nobody up', async () => {
    await using scene = await stage({ count: 4, endings: ['1001', '1002', '1003', '1004'], ...opening });
    await faults(scene, { number: '*1001', outcome: CLOSED });
    for (let hour = 0.5; hour <= 6; hour += 0.5) {
      await play(scene, until(hour));
      scene.clock.set(until(hour));
      await ackAll(scene);
    }
    expect(await recipientOf(scene, '1001')).toMatchObject({ status: 'failed', statusReason: 'instance-closed' });
    for (const ending of ['1002', '1003', '1004']) expect(sendsTo(scene, ending)).toBe(1);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { failed: 1 }, credits: { spent: 3 } });
    expect(await scene.ledger()).toEqual([]);
  });
});
