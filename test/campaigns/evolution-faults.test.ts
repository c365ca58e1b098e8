import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Claim, leaseMs } from '#src/campaigns/lane.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { defaultTimeouts } from '#src/channels/evolution/create-evolution-client.ts';
import { applyOptOuts } from '#src/messages/apply-opt-outs.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { connectNumber } from './connected.ts';
import { play } from './play.ts';
import { pumpDry, storeMedia } from './stage.ts';

let number: Awaited<ReturnType<typeof connectNumber>>;
beforeAll(async () => {
  number = await connectNumber();
});
afterEach(async () => {
  expect(await number.ledger()).toEqual([]);
  await number.heal();
});
afterAll(() => number[Symbol.asyncDispose]());

const playFor = (minutes: number) => play(number, new Date(number.clock.now().getTime() + minutes * 60_000));
const claimed = async (): Promise<Claim> => {
  for (;;) {
    const claim = await claimNextMessage(number.ctx);
    if (typeof claim === 'object') return claim;
    if (claim === 'idle') throw new Error('nothing to claim');
  }
};

describe('Evolution refuses', () => {
  it('F13: 503 LICENSE_REQUIRED for half an hour: nobody has failed, nothing is spent, and then everybody gets it once', async () => {
    const campaign = await number.campaign(['2001', '2002'], { known: true });
    await number.fault({ kind: 'license' });
    await playFor(30);
    expect(await campaign.read()).toMatchObject({
      status: 'running',
      counts: { failed: 0, unknown: 0, sent: 0 },
      credits: { held: 2, spent: 0 },
    });
    await number.control('DELETE', '/faults');
    await playFor(30);
    expect(await campaign.read()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 2 } });
    expect([number.sends('2001'), number.sends('2002')]).toEqual([1, 1]);
  });

  it('F11: 400 with exists:false for somebody known: he alone fails, uncharged, after one try', async () => {
    const campaign = await number.campaign(['2011', '2012'], { known: true });
    const message = [{ jid: '', exists: false, number: '' }];
    const body = { status: 400, error: 'Bad Request', response: { message } };
    await number.fault({ kind: 'answer', status: 400, body }, { number: '*2011' });
    await playFor(5);
    expect((await campaign.recipients())[0]).toMatchObject({
      status: 'failed',
      statusReason: 'not-on-whatsapp',
      spentCredits: 0,
    });
    expect(await campaign.read()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 1 } });
  });

  it('F24: “SessionError: No sessions” for one: three tries, then he has failed, uncharged; those after him get theirs', async () => {
    const campaign = await number.campaign(['0777', '2021', '2022'], { known: true });
    await playFor(60);
    const [poison] = await campaign.recipients();
    expect(poison).toMatchObject({ status: 'failed', statusReason: 'no-session', spentCredits: 0 });
    const [{ attempt }] = (await number.ctx.db.execute(
      sql`select attempt from messages where campaign_id = ${campaign.id} and status = 'failed'`,
    )) as unknown as [{ attempt: number }];
    expect(attempt).toBe(3);
    expect([number.sends('2021'), number.sends('2022')]).toEqual([1, 1]);
    expect(await campaign.read()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 2 } });
  });

  it('F24: a recipient whose text cannot be filled in, and one whose picture is gone: failed at once, uncharged; the rest go on', async () => {
    const text = 'Merhaba {{ firstName }}';
    const campaign = await number.campaign(['2041', '2042'], { known: true, text });
    await number.ctx.db.execute(sql`
      update campaign_recipients set variables = 'null' where campaign_id = ${campaign.id} and address like '%2041'`);
    expect(await pumpDry(number.ctx)).toBe(1);
    const failed = { status: 'failed', statusReason: 'invalid-content', spentCredits: 0 };
    expect((await campaign.recipients())[0]).toMatchObject(failed);
    const picture = await storeMedia(number.ctx, number.acme, 'image');
    const pictures = await number.campaign(['2051'], { known: true, mediaIds: [picture] });
    await number.ctx.storage.delete(`media/${picture}`);
    const after = await number.campaign(['2052'], { known: true });
    await playFor(5);
    expect((await pictures.recipients())[0]).toMatchObject(failed);
    expect([number.sends('2041'), number.sends('2042'), number.sends('2051'), number.sends('2052')]).toEqual([
      0, 1, 0, 1,
    ]);
    for (const one of [campaign, pictures, after])
      expect(await one.read()).toMatchObject({ status: 'completed', credits: { held: 0 } });
  });

  it('F24: a text of 100 kB that Evolution does not take: failed after one try; those after him get theirs', async () => {
    const campaign = await number.campaign(['2031', '2032'], { known: true });
    await number.ctx.db.execute(sql`
      update campaigns set plan = jsonb_set(plan, '{0,body}', to_jsonb(repeat('a', 100000))) where id = ${campaign.id}`);
    await number.fault({ kind: 'answer', status: 413 }, { number: '*2031' });
    await playFor(5);
    expect(await campaign.read()).toMatchObject({ counts: { failed: 1 }, credits: { held: 0, spent: 1 } });
    expect(number.sends('2032')).toBe(1);
  });
});

describe('Evolution says nothing, or too late', () => {
  it('F12: 201 without a key: unknown, its credit held, not sent again', async () => {
    const campaign = await number.campaign(['2101'], { known: true });
    await number.fault({ kind: 'no-key' });
    expect(await pumpDry(number.ctx)).toBe(1);
    await number.control('DELETE', '/faults');
    await playFor(60);
    expect(await campaign.read()).toMatchObject({ counts: { unknown: 1 }, credits: { held: 1, spent: 0 } });
    expect(number.sends('2101')).toBe(0);
  });

  it('F8, F22: slow, and an opt-out during the call: nobody else sends meanwhile; what was on its way is paid, nothing follows', async () => {
    expect(defaultTimeouts.text).toBeGreaterThan(30_000);
    for (const [kind, call] of [
      ['text', defaultTimeouts.text],
      ['image', defaultTimeouts.media],
    ] as const)
      expect(leaseMs(kind, 1)).toBeGreaterThan(call);
    const campaign = await number.campaign(['2111', '2112'], { known: true });
    await number.fault({ kind: 'slow', ms: 500 }, { number: '*2111' });
    const sending = sendClaim(number.ctx, await claimed());
    await sleep(100);
    expect(await pumpDry(number.ctx)).toBe(0);
    const { instanceId, clock } = number;
    const [{ address }] = (await campaign.recipients()) as unknown as [{ address: string }];
    const said = { instanceId, phone: address, providerMessageId: 'S', text: 'STOP', at: clock.now() };
    await applyOptOuts(number.ctx, [said]);
    await sending;
    await playFor(5);
    expect((await campaign.recipients()).map(({ spentCredits }) => spentCredits)).toEqual([1, 1]);
    const toHim = number.simulator.sends().filter(({ number }) => number.endsWith('2111'));
    expect(toHim.map(({ text }) => text?.slice(0, 7))).toEqual(['Merhaba', expect.not.stringContaining('Merhaba')]);
  });
});

describe('F21: WhatsApp ends the connection in mid-campaign', () => {
  it.each([
    [401, 'device-removed', 'logged-out', ['2201', '2202', '2203']],
    [403, 'login-refused', 'blocked', ['2211', '2212', '2213']],
  ] as const)(
    '%i %s: the lane stops, who was on his way comes back, credits stay held; a new scan goes on',
    async (statusReason, cause, status, endings) => {
      const campaign = await number.campaign([...endings], { known: true, delay: { minSeconds: 60, maxSeconds: 60 } });
      expect(await pumpDry(number.ctx)).toBe(1);
      number.clock.advance({ seconds: 60 });
      const claim = await claimed();
      await number.control('POST', `/close/${number.providerName}`, { statusReason, cause });
      await number.until(async () => (await number.row(number.instanceId)).status === status);
      await sendClaim(number.ctx, claim);
      await playFor(60);
      expect(await campaign.read()).toMatchObject({
        status: 'running',
        statusReason: 'instance-not-open',
        counts: { failed: 0, unknown: 0 },
        credits: { held: 2, spent: 1 },
      });
      expect(endings.map(number.sends)).toEqual([1, 0, 0]);
      await number.reconnect();
      await playFor(60);
      expect(endings.map(number.sends)).toEqual([1, 1, 1]);
      expect(await campaign.read()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 3 } });
    },
  );
});
