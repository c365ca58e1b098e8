import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { retryFailed } from '#src/campaigns/retry-failed.ts';
import {
  absent,
  ack,
  faults,
  giveUp,
  recipientOf,
  refuse,
  refuseAtTheDoor,
  run,
  type Scene,
  sendsTo,
} from './mixed-outcomes.ts';
import { stage } from './scene.ts';
import { createGroupOf, endingsFrom, pumpDry } from './stage.ts';

const retry = (scene: Scene, body?: object, who: Scene['acme'] = scene.acme) =>
  who.call('POST', `/v1/campaigns/${scene.id}/retry-failed`, body);

describe('POST /v1/campaigns/{id}/retry-failed', () => {
  it('200: of mixed outcomes only those go out again who certainly got nothing, each once, each paid once', async () => {
    await using scene = await stage({ count: 6, endings: ['1001', '1002', '1003', '1004', '1005', '1006'] });
    await refuseAtTheDoor(scene, '1001');
    await absent(scene, '1004');
    await faults(scene, { number: '*1002', count: 1, outcome: { kind: 'reset' } });
    await run(scene);
    await refuse(scene, '1003');
    await giveUp(scene, '1002');
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { sent: 2, failed: 4 } });
    const before = scene.simulator.sendCountsByNumber();
    const answer = await retry(scene);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'pending', counts: { queued: 2 }, credits: { held: 2 } });
    await run(scene);
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: { sent: 4, failed: 2, queued: 0 },
      credits: { held: 0 },
    });
    expect([sendsTo(scene, '1001'), sendsTo(scene, '1002'), sendsTo(scene, '1003'), sendsTo(scene, '1004')]).toEqual([
      1, 0, 2, 0,
    ]);
    expect((await retry(scene, { reasons: ['given-up'] })).status).toBe(409);
    for (const ending of ['1005', '1006']) expect(sendsTo(scene, ending)).toBe(1);
    expect(Object.values(before)).toEqual([1, 1, 1]);
    expect(await recipientOf(scene, '1002')).toMatchObject({ status: 'failed', statusReason: 'given-up' });
    expect(await recipientOf(scene, '1004')).toMatchObject({ status: 'failed', statusReason: 'not-on-whatsapp' });
    expect(await scene.credits()).toMatchObject({ currentCredit: 996, heldCredit: 0 });
    expect(await scene.ledger()).toEqual([]);
    const { data } = await (await scene.acme.call('GET', '/v1/credits/transactions')).json();
    const lines = data.filter(({ campaignId }: { campaignId: string }) => campaignId === scene.id);
    expect(lines.map(({ type, amount }: { type: string; amount: number }) => [type, amount])).toEqual([
      ['message', -2],
      ['campaign', -2],
    ]);
  });

  it('200: takes the failed part up and what comes after it, never a part that went out', async () => {
    await using scene = await stage({ count: 2, media: ['voice', 'voice'], endings: ['1001', '1002'] });
    await faults(scene, { number: '*1001', verb: 'sendText', count: 1, outcome: { kind: 'answer', status: 413 } });
    await run(scene);
    await refuse(scene, '1002', 1);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { failed: 2 } });
    expect(await (await retry(scene)).json()).toMatchObject({ credits: { held: 2 } });
    await run(scene);
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: { sent: 2 },
      credits: { held: 0, spent: 6 },
    });
    const verbs = (ending: string) =>
      scene.simulator.sends().flatMap(({ number, verb }) => (number.endsWith(ending) ? [verb] : []));
    expect(verbs('1001')).toEqual(['sendWhatsAppAudio', 'sendWhatsAppAudio', 'sendText']);
    expect(verbs('1002')).toEqual(['sendWhatsAppAudio', 'sendWhatsAppAudio', 'sendText', 'sendWhatsAppAudio']);
    expect(await scene.credits()).toMatchObject({ currentCredit: 994 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('200: the first of three parts refused while the campaign runs: the parts between are passed over, the rest follow', async () => {
    await using scene = await stage({
      count: 1,
      media: ['voice', 'voice'],
      endings: ['1001'],
      more: { delay: { minSeconds: 10, maxSeconds: 10 } },
    });
    await pumpDry(scene.ctx);
    scene.clock.advance({ seconds: 10 });
    await pumpDry(scene.ctx);
    await refuse(scene, '1001', 1);
    expect(await scene.campaign()).toMatchObject({ status: 'running', counts: { failed: 1 } });
    expect((await retry(scene)).status).toBe(200);
    for (let i = 0; i < 3; i++) {
      scene.clock.advance({ seconds: 10 });
      await pumpDry(scene.ctx);
    }
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { sent: 1 } });
    expect(scene.simulator.sends().map(({ verb }) => verb)).toEqual([
      'sendWhatsAppAudio',
      'sendWhatsAppAudio',
      'sendWhatsAppAudio',
      'sendText',
    ]);
    expect(await scene.credits()).toMatchObject({ currentCredit: 997, heldCredit: 0 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('F18: refused, paid back, sent again and refused again: paid back twice, and the acks of one do not touch the other', async () => {
    await using scene = await stage({ count: 1, endings: ['1001'], ownMessageIds: true });
    await run(scene);
    const ids = [await refuse(scene, '1001')];
    expect(await scene.credits()).toMatchObject({ currentCredit: 1000 });
    for (let round = 0; round < 2; round++) {
      expect((await retry(scene)).status).toBe(200);
      await run(scene);
      await ack(scene, ids[0]!, 'ERROR');
      await ack(scene, ids[0]!, 'READ');
      expect(await recipientOf(scene, '1001')).toMatchObject({ status: 'sent' });
      expect(await scene.ledger()).toEqual([]);
      expect(await scene.credits()).toMatchObject({ currentCredit: 999, heldCredit: 0 });
      ids.push(await refuse(scene, '1001'));
      expect(await scene.credits()).toMatchObject({ currentCredit: 1000, heldCredit: 0 });
    }
    expect(new Set(ids).size).toBe(3);
    expect(await scene.ledger()).toEqual([]);
  });

  it('a refused message that turns out to be on the phone while it waits is not sent again', async () => {
    await using scene = await stage({ count: 2, endings: ['1001', '1002'] });
    await run(scene);
    const id = await refuse(scene, '1001');
    await refuse(scene, '1002');
    await retry(scene);
    await ack(scene, id, 'DELIVERY_ACK');
    expect(await scene.campaign()).toMatchObject({ counts: { delivered: 1, queued: 1 } });
    await run(scene);
    expect([sendsTo(scene, '1001'), sendsTo(scene, '1002')]).toEqual([1, 2]);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { delivered: 1, sent: 1 } });
    expect(await scene.credits()).toMatchObject({ currentCredit: 999, heldCredit: 0 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('402: nothing is queued again and nothing held', async () => {
    await using scene = await stage({ count: 2, endings: ['1001', '1002'] });
    await refuseAtTheDoor(scene, '1001');
    await run(scene);
    const groupId = await createGroupOf(scene.ctx, scene.acme, 999, endingsFrom(5000, 999));
    const other = { name: 'n', channel: 'whatsapp', text: 'x', audience: { groupIds: [groupId] } };
    await scene.acme.call('POST', '/v1/campaigns', { ...other, startAt: '2026-03-03T15:00:00+03:00' });
    const before = await scene.campaign();
    const response = await retry(scene);
    expect(response.status).toBe(402);
    expect(await response.json()).toMatchObject({ code: 'insufficient-credits', required: 1, available: 0 });
    expect(await scene.campaign()).toEqual(before);
    expect(await recipientOf(scene, '1001')).toMatchObject({ status: 'failed', statusReason: 'invalid-content' });
    expect(await scene.ledger()).toEqual([]);
  });

  it('200 once of five at once: held once, sent once', async () => {
    await using scene = await stage({ count: 3, endings: ['1001', '1002', '1003'] });
    for (const ending of ['1001', '1002']) await refuseAtTheDoor(scene, ending);
    await run(scene);
    const answers = await Promise.all(Array.from({ length: 5 }, () => retry(scene)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(await scene.credits()).toMatchObject({ heldCredit: 2 });
    await run(scene);
    expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual([1, 1, 1]);
    expect(await scene.ledger()).toEqual([]);
  });

  it('200: only failures of the reasons asked for; those not on WhatsApp only when asked', async () => {
    await using scene = await stage({ count: 3, endings: ['1001', '1004', '1003'] });
    await refuseAtTheDoor(scene, '1001');
    await absent(scene, '1004');
    await run(scene);
    await refuse(scene, '1003');
    const asked = await (await retry(scene, { reasons: ['refused-by-whatsapp'] })).json();
    expect(asked).toMatchObject({ counts: { queued: 1, failed: 2 }, credits: { held: 1 } });
    await run(scene);
    expect(await (await retry(scene, { reasons: ['not-on-whatsapp'] })).json()).toMatchObject({
      counts: { queued: 1, failed: 1 },
    });
    await run(scene);
    expect((await retry(scene, { reasons: ['no-session'] })).status).toBe(409);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { sent: 1, failed: 1, skipped: 1 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('200 while it runs or is paused: it stays so, and no credit is held twice', async () => {
    await using scene = await stage({
      count: 3,
      endings: ['1001', '1002', '1003'],
      more: { delay: { minSeconds: 10, maxSeconds: 10 } },
    });
    await refuseAtTheDoor(scene, '1001');
    await pumpDry(scene.ctx);
    await scene.act('pause');
    expect(await (await retry(scene)).json()).toMatchObject({
      status: 'paused',
      counts: { queued: 3 },
      credits: { held: 3 },
    });
    await scene.act('resume');
    for (let i = 0; i < 3; i++) {
      scene.clock.advance({ seconds: 10 });
      await run(scene);
    }
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { sent: 3 }, credits: { spent: 3 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('409: nothing has failed; cancelled; unknown ones are nobody’s to retry here', async () => {
    await using scene = await stage({ count: 2, endings: ['1001', '1002'] });
    const refused = async () => {
      const response = await retry(scene);
      expect([response.status, (await response.json()).code]).toEqual([409, 'conflict']);
    };
    await refused();
    await faults(scene, { number: '*1001', count: 1, outcome: { kind: 'accept-then-reset' } });
    await refuseAtTheDoor(scene, '1002');
    await run(scene);
    expect(await scene.campaign()).toMatchObject({ counts: { unknown: 1, failed: 1 } });
    expect(await (await retry(scene)).json()).toMatchObject({ counts: { unknown: 1, queued: 1 } });
    await run(scene);
    await refused();
    expect(sendsTo(scene, '1001')).toBe(1);
    await scene.act('cancel');
    await refused();
    expect(await scene.ledger()).toEqual([]);
  });

  it('409: its validUntil has passed', async () => {
    await using scene = await stage({
      count: 1,
      endings: ['1001'],
      more: { validUntil: '2026-03-02T15:00:00+03:00' },
    });
    await refuseAtTheDoor(scene, '1001');
    await run(scene);
    scene.clock.advance({ hours: 4 });
    expect((await retry(scene)).status).toBe(409);
    expect(await scene.ledger()).toEqual([]);
  });

  it('outside the sending window it waits for the opening', async () => {
    await using scene = await stage({ count: 1, endings: ['1001'] });
    await refuseAtTheDoor(scene, '1001');
    await run(scene);
    scene.clock.set('2026-03-02T20:00:00Z');
    expect(await (await retry(scene)).json()).toMatchObject({
      status: 'pending',
      nextRunAt: '2026-03-03T06:00:00.000Z',
      endedAt: null,
    });
    scene.clock.set('2026-03-03T06:00:00Z');
    await run(scene);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { sent: 1 } });
  });

  it('400, 401, 404', async () => {
    await using scene = await stage({ count: 1 });
    for (const body of [{ reasons: [] }, { reasons: 'all' }, { everything: true }])
      expect((await retry(scene, body)).status).toBe(400);
    expect((await retry(scene, {}, scene.globex)).status).toBe(404);
    expect((await scene.call('POST', `/v1/campaigns/${scene.id}/retry-failed`)).status).toBe(401);
  });

  it('a recipient that failed before it had a message is taken up from where it stood', async () => {
    await using scene = await stage({ count: 2, endings: ['1001', '1002'] });
    await scene.ctx.db.execute(sql`
      update campaign_recipients set status = 'failed', status_reason = 'text-cannot-be-filled-in' where address like '%1001'`);
    await run(scene);
    await retryFailed(scene.acme.ctx, scene.id, {});
    await run(scene);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { sent: 2 }, credits: { spent: 2 } });
    expect(await scene.ledger()).toEqual([]);
  });
});
