import { sql } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { unavailable, unknown } from '#src/channels/evolution/outcome.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { stage } from './scene.ts';
import { pumpDry } from './stage.ts';

type Scene = Awaited<ReturnType<typeof stage>>;

/** Counts the questions that Evolution is asked about numbers. */
function watch({ ctx, simulator }: Scene) {
  const spy = vi.spyOn(ctx.evolution.at({ url: simulator.url, apiKey: simulator.apiKey }), 'whatsappNumbers');
  return { spy, asked: () => spy.mock.calls.map(([, numbers]) => numbers) };
}
const outcomes = async (scene: Scene) =>
  (await scene.recipients()).map(({ status, statusReason, spentCredits }: Record<string, unknown>) => [
    status,
    statusReason,
    spentCredits,
  ]);
const checks = ({ ctx }: Scene) =>
  ctx.db.execute<{ phone: string; on_whatsapp: boolean }>(
    sql`select phone, on_whatsapp from number_checks order by phone`,
  );

describe('before the first message to somebody', () => {
  it('F11: who is not on WhatsApp is skipped and not charged; the rest go on; one number a question', async () => {
    await using scene = await stage({ count: 3, endings: ['1000', '0404', '1002'] });
    const { asked } = watch(scene);
    await pumpDry(scene.ctx);
    await scene.drain();
    expect(await outcomes(scene)).toEqual([
      ['sent', null, 1],
      ['skipped', 'not-on-whatsapp', 0],
      ['sent', null, 1],
    ]);
    expect(asked().map((numbers) => numbers.length)).toEqual([1, 1, 1]);
    expect(scene.simulator.sends()).toHaveLength(2);
    expect(await scene.credits()).toMatchObject({ currentCredit: 998, heldCredit: 0 });
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { sent: 2, skipped: 1 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('a question keeps the pace of messages, an answer that is known does not hold up', async () => {
    await using scene = await stage({
      count: 3,
      endings: ['0404', '1404', '1002'],
      more: { delay: { minSeconds: 10, maxSeconds: 10 } },
    });
    const [, second] = await scene.recipients();
    await scene.ctx.db.execute(
      sql`insert into number_checks values (${second.address}, false, null, ${scene.clock.now().toISOString()})`,
    );
    const { asked } = watch(scene);
    await pumpDry(scene.ctx);
    expect(asked()).toHaveLength(1);
    scene.clock.advance({ seconds: 10 });
    await pumpDry(scene.ctx);
    expect(await outcomes(scene)).toEqual([
      ['skipped', 'not-on-whatsapp', 0],
      ['skipped', 'not-on-whatsapp', 0],
      ['sent', null, 1],
    ]);
    expect(asked()).toHaveLength(2);
  });

  it.each([
    ['not on WhatsApp', false, 23, 0],
    ['not on WhatsApp', false, 25, 1],
    ['on WhatsApp', true, 167, 0],
    ['on WhatsApp', true, 169, 1],
  ])('%s (%s) %i hours ago: %i questions', async (_, onWhatsapp, hours, questions) => {
    await using scene = await stage({ count: 1 });
    const [{ address }] = await scene.recipients();
    const at = new Date(scene.clock.now().getTime() - hours * 3_600_000).toISOString();
    await scene.ctx.db.execute(sql`insert into number_checks values (${address}, ${onWhatsapp}, null, ${at})`);
    const { asked } = watch(scene);
    await pumpDry(scene.ctx);
    expect(asked()).toHaveLength(questions);
    expect(scene.simulator.sends()).toHaveLength(onWhatsapp || questions === 1 ? 1 : 0);
  });

  it('nobody is asked about who has had a message, nor for a second part', async () => {
    await using scene = await stage({ count: 2, media: ['voice'] });
    const [first] = await scene.recipients();
    await scene.ctx.db.execute(sql`update customers set last_contacted_at = now() where id = ${first.customerId}`);
    const { asked } = watch(scene);
    expect(await pumpDry(scene.ctx)).toBe(4);
    expect(asked()).toHaveLength(1);
  });

  it.each([
    ['no answer', unknown('timeout', 'late')],
    ['not now', unavailable('overloaded', 'busy')],
    ['an answer about nobody', { kind: 'accepted' as const, value: [] }],
  ])('%s: the message goes out, and Evolution looks for itself', async (_, outcome) => {
    await using scene = await stage({ count: 2, endings: ['1000', '0404'] });
    watch(scene).spy.mockResolvedValue(outcome);
    await pumpDry(scene.ctx);
    await scene.drain();
    expect(await outcomes(scene)).toEqual([
      ['sent', null, 1],
      ['failed', 'not-on-whatsapp', 0],
    ]);
    expect(await checks(scene)).toMatchObject([{ on_whatsapp: false }]);
    expect(await scene.ledger()).toEqual([]);
  });

  it('switched off by the admin, nobody is asked; what the send says is kept', async () => {
    await using scene = await stage({ count: 2, endings: ['1000', '0404'] });
    const changed = await scene.admin.call('PUT', '/v1/admin/settings', { checkNumbers: false });
    expect(await changed.json()).toMatchObject({
      checkNumbers: false,
      sendingWindow: { start: '09:00', end: '22:00' },
    });
    expect(await (await scene.admin.call('GET', '/v1/admin/settings')).json()).toMatchObject({ checkNumbers: false });
    const { asked } = watch(scene);
    await pumpDry(scene.ctx);
    expect(asked()).toEqual([]);
    expect(await outcomes(scene)).toEqual([
      ['sent', null, 1],
      ['failed', 'not-on-whatsapp', 0],
    ]);
    expect(await checks(scene)).toMatchObject([{ on_whatsapp: false }]);
  });

  it('a database error in the look-up: nothing is asked, nothing leaves, and after the lease it goes on', async () => {
    await using scene = await stage({ count: 1 });
    const { asked } = watch(scene);
    const claim = await claimNextMessage(scene.ctx);
    await scene.ctx.db.execute(sql`alter table number_checks rename to gone`);
    await expect(sendClaim(scene.ctx, claim as never)).rejects.toThrow();
    expect([asked().length, scene.simulator.sends().length]).toEqual([0, 0]);
    await scene.ctx.db.execute(sql`alter table gone rename to number_checks`);
    scene.clock.advance({ seconds: 91 });
    expect(await pumpDry(scene.ctx)).toBe(1);
    expect(scene.simulator.sends()).toHaveLength(1);
  });

  it('cancelled while WhatsApp is asked: the recipient is skipped and his credit given back', async () => {
    await using scene = await stage({ count: 1, endings: ['0404'] });
    const { spy } = watch(scene);
    const claim = await claimNextMessage(scene.ctx);
    spy.mockImplementationOnce(async () => {
      await scene.act('cancel');
      return { kind: 'accepted', value: [{ number: '1', exists: false, jid: '' }] };
    });
    await sendClaim(scene.ctx, claim as never);
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status: 'cancelled', counts: { skipped: 1 }, credits: { held: 0 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('F20: a worker frozen during the question changes nothing any more', async () => {
    await using scene = await stage({ count: 1 });
    const { spy } = watch(scene);
    const claim = await claimNextMessage(scene.ctx);
    spy.mockImplementationOnce(async () => {
      scene.clock.advance({ seconds: 91 });
      await pumpDry(scene.ctx);
      return { kind: 'accepted', value: [{ number: '1', exists: false, jid: '' }] };
    });
    await sendClaim(scene.ctx, claim as never);
    expect(await outcomes(scene)).toEqual([['sent', null, 1]]);
    expect(scene.simulator.sends()).toHaveLength(1);
    expect(await scene.ledger()).toEqual([]);
  });
});
