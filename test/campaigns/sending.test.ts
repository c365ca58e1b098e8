import { sql } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import type { Claim } from '#src/campaigns/lane.ts';
import { markDispatched } from '#src/campaigns/mark-dispatched.ts';
import { runPump } from '#src/campaigns/run-pump.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { ALWAYS_OPEN } from '#src/windows/sending-window.ts';
import { createWorld } from '#test/support/world.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { faults } from './mixed-outcomes.ts';
import { stage } from './scene.ts';
import { openInstance, pumpDry, startQuickSimulator, storeMedia } from './stage.ts';

const claimed = (claim: Awaited<ReturnType<typeof claimNextMessage>>): Claim => {
  if (typeof claim === 'string') throw new Error(`no claim: ${claim}`);
  return claim;
};

describe('a campaign on its lane', () => {
  it('writes to everybody once, in order, filled in, and settles with one line in the statement', async () => {
    await using scene = await stage({ count: 5 });
    expect(await pumpDry(scene.ctx)).toBe(5);
    await scene.drain();
    expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual([1, 1, 1, 1, 1]);
    expect(scene.simulator.sends().map(({ text }) => text)).toEqual([1, 2, 3, 4, 5].map((n) => `Merhaba Müşteri${n}`));
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: { sent: 5, queued: 0 },
      credits: { held: 0, spent: 5 },
      progress: 1,
    });
    const { data } = await (await scene.acme.call('GET', '/v1/credits/transactions')).json();
    expect(data.filter(({ type }: { type: string }) => type === 'campaign')).toEqual([
      expect.objectContaining({ amount: -5, campaignId: scene.id }),
    ]);
    expect(await scene.credits()).toMatchObject({ currentCredit: 995, heldCredit: 0 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('sends media first and the text last, each one credit', async () => {
    await using world = await createWorld();
    const simulator = await startQuickSimulator();
    await openInstance(world.ctx, world.acme, simulator);
    const mediaIds = [
      await storeMedia(world.ctx, world.acme, 'image'),
      await storeMedia(world.ctx, world.acme, 'voice'),
    ];
    const audience = { customerIds: [world.customers.ayse] };
    await world.acme.call('POST', '/v1/campaigns', {
      name: 'n',
      channel: 'whatsapp',
      text: 'son',
      mediaIds,
      audience,
      startAt: null,
    });
    await world.drain();
    await pumpDry(world.ctx);
    await world.drain();
    expect(simulator.sends().map(({ verb }) => verb)).toEqual(['sendMedia', 'sendWhatsAppAudio', 'sendText']);
    expect(await (await world.acme.call('GET', '/v1/credits')).json()).toMatchObject({
      currentCredit: 997,
      heldCredit: 0,
    });
    await simulator.close();
  });

  it('one recipient who is not on WhatsApp is skipped alone and costs nothing', async () => {
    await using scene = await stage({ count: 3, endings: ['1000', '0404', '1002'] });
    await pumpDry(scene.ctx);
    await scene.drain();
    expect(
      (await scene.recipients()).map(({ status, statusReason, spentCredits }: Record<string, unknown>) => [
        status,
        statusReason,
        spentCredits,
      ]),
    ).toEqual([
      ['sent', null, 1],
      ['skipped', 'not-on-whatsapp', 0],
      ['sent', null, 1],
    ]);
    expect(await scene.credits()).toMatchObject({ currentCredit: 998, heldCredit: 0 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('an answer that says nothing leaves the message unknown: never sent again, its credit held', async () => {
    await using scene = await stage({ count: 2, endings: ['0503', '1001'] });
    await pumpDry(scene.ctx);
    await scene.drain();
    await pumpDry(scene.ctx);
    expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual([1, 1]);
    expect(await scene.campaign()).toMatchObject({ counts: { unknown: 1, sent: 1 }, credits: { held: 1, spent: 1 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('keeps the random delay between two messages, whichever process asks', async () => {
    await using scene = await stage({ count: 3, more: { delay: { minSeconds: 10, maxSeconds: 20 } } });
    expect(await pumpDry(scene.ctx)).toBe(1);
    scene.clock.advance({ seconds: 9 });
    expect(await claimNextMessage(scene.ctx)).toBe('idle');
    scene.clock.advance({ seconds: 11 });
    expect(await pumpDry(scene.ctx)).toBe(1);
  });

  it('F19: never has two messages of one number in flight, whether two workers are on its lane or ten', async () => {
    await using scene = await stage({ count: 24 });
    await faults(scene, { outcome: { kind: 'slow', ms: [0, 15] } });
    const workers = async (count: number, until: number) => {
      const pumps = await Promise.all(Array.from({ length: count }, () => runPump(scene.ctx)));
      await vi.waitFor(() => expect(scene.simulator.sends().length).toBeGreaterThanOrEqual(until), 10_000);
      await Promise.all(pumps.map((pump) => pump.stop()));
    };
    await workers(2, 8);
    await workers(10, 24);
    await scene.drain();
    expect(Object.values(scene.simulator.figures().maxInFlight)).toEqual([1]);
    expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual(Array(24).fill(1));
    expect(await scene.campaign()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 24 } });
  });

  it('asks again at the moment of sending who must not be written to', async () => {
    await using scene = await stage({ count: 3 });
    const [, second] = await scene.recipients();
    await scene.acme.call('POST', '/v1/suppressions', { phone: second.address, level: 'blacklist' });
    await pumpDry(scene.ctx);
    await scene.drain();
    expect((await scene.recipients())[1]).toMatchObject({
      status: 'skipped',
      statusReason: 'blacklisted',
      spentCredits: 0,
    });
    expect(scene.simulator.sends()).toHaveLength(2);
    expect(await scene.credits()).toMatchObject({ currentCredit: 998, heldCredit: 0 });
  });

  it('F22: somebody blacklisted between claim and call is not written to', async () => {
    await using scene = await stage({ count: 1 });
    const claim = claimed(await claimNextMessage(scene.ctx));
    await scene.acme.call('POST', '/v1/suppressions', { phone: claim.address, level: 'blacklist' });
    await sendClaim(scene.ctx, claim);
    await pumpDry(scene.ctx);
    await scene.drain();
    expect(scene.simulator.sends()).toHaveLength(0);
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: { skipped: 1 },
      credits: { held: 0, spent: 0 },
    });
  });
});

describe('the sending window', () => {
  it('closes: the campaign goes back to pending with its next opening, and starts by itself', async () => {
    await using scene = await stage({
      count: 3,
      now: '2026-03-02T18:59:00Z',
      more: { delay: { minSeconds: 40, maxSeconds: 40 } },
    });
    await pumpDry(scene.ctx);
    scene.clock.advance({ seconds: 40 });
    await pumpDry(scene.ctx);
    scene.clock.advance({ seconds: 40 });
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await scene.campaign()).toMatchObject({
      status: 'pending',
      statusReason: 'outside-sending-window',
      nextRunAt: '2026-03-03T06:00:00.000Z',
      counts: { sent: 2, queued: 1 },
    });
    scene.clock.set('2026-03-03T06:00:00Z');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(1);
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { read: 2, sent: 1 } });
  });

  it('a start that passed while nobody looked happens at once', async () => {
    await using scene = await stage({ count: 1, more: { startAt: '2026-03-02T13:00:00+03:00' } });
    expect(await scene.campaign()).toMatchObject({ status: 'pending', nextRunAt: '2026-03-02T10:00:00.000Z' });
    scene.clock.set('2026-03-02T12:34:56Z');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(1);
  });

  it('is asked once more between claim and call', async () => {
    await using scene = await stage({ count: 1, now: '2026-03-02T18:59:59Z' });
    const claim = claimed(await claimNextMessage(scene.ctx));
    scene.clock.advance({ seconds: 2 });
    await sendClaim(scene.ctx, claim);
    expect(scene.simulator.sends()).toHaveLength(0);
    await pumpDry(scene.ctx);
    expect(await scene.campaign()).toMatchObject({ status: 'pending', counts: { queued: 0, sending: 1 } });
  });
});

describe('pause, resume, cancel', () => {
  it('pause stops before the next message, resume goes on with the rest', async () => {
    await using scene = await stage({ count: 3 });
    await sendClaim(scene.ctx, claimed(await claimNextMessage(scene.ctx)));
    expect((await scene.act('pause')).status).toBe(200);
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await scene.campaign()).toMatchObject({ status: 'paused', credits: { held: 2, spent: 1 } });
    expect((await scene.act('pause')).status).toBe(409);
    await scene.act('resume');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(2);
    expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual([1, 1, 1]);
  });

  it('pause between claim and call: the message does not leave', async () => {
    await using scene = await stage({ count: 1 });
    const claim = claimed(await claimNextMessage(scene.ctx));
    await scene.act('pause');
    await sendClaim(scene.ctx, claim);
    expect(scene.simulator.sends()).toHaveLength(0);
    await scene.act('resume');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(1);
    expect(scene.simulator.sends()).toHaveLength(1);
  });

  it('cancel gives back what was not sent and writes one line', async () => {
    await using scene = await stage({ count: 4 });
    await sendClaim(scene.ctx, claimed(await claimNextMessage(scene.ctx)));
    expect(await (await scene.act('cancel')).json()).toMatchObject({
      status: 'cancelled',
      counts: { sent: 1, skipped: 3 },
      credits: { held: 0, spent: 1 },
    });
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await scene.credits()).toMatchObject({ currentCredit: 999, heldCredit: 0 });
    expect((await scene.act('resume')).status).toBe(409);
    expect(await scene.ledger()).toEqual([]);
  });

  it('cancel while a message is on the wire waits for it, then settles it', async () => {
    await using scene = await stage({ count: 3 });
    const claim = claimed(await claimNextMessage(scene.ctx));
    const sending = sendClaim(scene.ctx, claim);
    await scene.act('cancel');
    await sending;
    await scene.drain();
    const { counts, credits } = await scene.campaign();
    expect(counts.sent + counts.skipped).toBe(3);
    expect(credits).toEqual({ held: 0, spent: counts.sent });
    expect(scene.simulator.sends()).toHaveLength(counts.sent);
    expect(await scene.ledger()).toEqual([]);
  });
});

describe('when a worker is lost', () => {
  it('F1: before the intent, the message is sent after the lease, once', async () => {
    await using scene = await stage({ count: 1 });
    claimed(await claimNextMessage(scene.ctx));
    expect(await pumpDry(scene.ctx)).toBe(0);
    scene.clock.advance({ seconds: 91 });
    expect(await pumpDry(scene.ctx)).toBe(1);
    expect(scene.simulator.sends()).toHaveLength(1);
  });

  it('F2, F3: after the intent, the message is unknown and not sent again', async () => {
    await using scene = await stage({ count: 2 });
    const claim = claimed(await claimNextMessage(scene.ctx));
    await scene.ctx.db.execute(sql`update messages set dispatched_at = claimed_at where id = ${claim.messageId}`);
    scene.clock.advance({ seconds: 91 });
    expect(await pumpDry(scene.ctx)).toBe(1);
    expect(await scene.campaign()).toMatchObject({ counts: { unknown: 1, sent: 1 }, credits: { held: 1, spent: 1 } });
    expect(scene.simulator.sends().some(({ number }) => claim.address.endsWith(number))).toBe(false);
  });

  it('F20: a worker frozen past its lease can no longer send', async () => {
    await using scene = await stage({ count: 1 });
    const frozen = claimed(await claimNextMessage(scene.ctx));
    scene.clock.advance({ seconds: 91 });
    await pumpDry(scene.ctx);
    await sendClaim(scene.ctx, frozen);
    expect(scene.simulator.sends()).toHaveLength(1);
    expect(await scene.ledger()).toEqual([]);
  });

  it('F20: a worker that was slow before its call has the lane for as long as the call may last', async () => {
    await using scene = await stage({ count: 2 });
    const slow = claimed(await claimNextMessage(scene.ctx));
    scene.clock.advance({ seconds: 80 });
    expect(await markDispatched(scene.ctx, [{ claim: slow, rules: { window: ALWAYS_OPEN } }])).toEqual([true]);
    scene.clock.advance({ seconds: 65 });
    expect(await claimNextMessage(scene.ctx)).toBe('idle');
    scene.clock.advance({ seconds: 26 });
    expect(await pumpDry(scene.ctx)).toBe(1);
    expect((await scene.recipients()).map(({ status }: { status: string }) => status)).toEqual(['unknown', 'sent']);
  });
});
