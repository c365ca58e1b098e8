import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { reconcileDue } from '#src/campaigns/reconcile-due.ts';
import { noteSightings } from '#src/messages/note-sightings.ts';
import { ack, faults, recipientOf, run, type Scene } from './mixed-outcomes.ts';
import { stage } from './scene.ts';
import { pumpDry } from './stage.ts';

/** A cancelled campaign whose messages were all sent, as nobody could find out within the 72 hours that their credits were held. */
async function longUnknown(endings: string[]) {
  const scene = await stage({ count: endings.length, endings });
  for (const ending of endings)
    await faults(scene, { number: `*${ending}`, count: 1, outcome: { kind: 'accept-then-reset' } });
  await pumpDry(scene.ctx);
  await scene.act('cancel');
  const at = scene.clock.now();
  scene.clock.advance({ hours: 73 });
  await scene.sweep();
  expect(await scene.campaign()).toMatchObject({ counts: { unknown: endings.length }, credits: { held: 0, spent: 0 } });
  return { scene, at };
}

/** The webhooks that say so come at last. */
async function turnUp(scene: Scene, at: Date): Promise<void> {
  const found = scene.simulator.sends().map((sent) => ({
    providerMessageId: sent.keyId,
    remoteJid: sent.jid,
    fromMe: true,
    statuses: [],
    sentAt: at,
    text: sent.text ?? null,
    messageType: 'conversation',
  }));
  const sightings = found.map((each) => ({ instanceId: scene.instanceId, found: each, at }));
  await noteSightings(scene.ctx, sightings);
  await reconcileDue(scene.ctx);
  await scene.drain();
}

const leave = (scene: Scene, amount: number) =>
  scene.admin.call('POST', `/v1/admin/users/${scene.acme.userId}/credits`, { amount: amount - 1000, note: 'test' });

const lines = async (scene: Scene) =>
  (await (await scene.acme.call('GET', '/v1/credits/transactions')).json()).data.filter(
    ({ campaignId }: { campaignId: string | null }) => campaignId === scene.id,
  );

const activities = (scene: Scene) =>
  scene.ctx.db.execute(sql`
    select verb, details from activities where subject_id = ${scene.id} and verb like 'credits.%-late' order by id`);

describe('F33: a message that turns out to be sent after its credit was given back', () => {
  it('is sent, and charged once from what is available, in a line of its own', async () => {
    const { scene, at } = await longUnknown(['1001']);
    await using _ = scene;
    await turnUp(scene, at);
    expect(await recipientOf(scene, '1001')).toMatchObject({ status: 'sent', spentCredits: 1 });
    expect(await scene.campaign()).toMatchObject({ counts: { sent: 1, unknown: 0 }, credits: { held: 0, spent: 1 } });
    expect(await scene.credits()).toMatchObject({ currentCredit: 999, heldCredit: 0 });
    expect(await lines(scene)).toMatchObject([{ type: 'message', amount: -1, balanceAfter: 999 }]);
    expect((await lines(scene))[0].note).toBe('Bahar: rezervi bırakıldıktan sonra gönderildiği anlaşılan mesaj');
    expect(await scene.ledger()).toEqual([]);
    const id = (await recipientOf(scene, '1001')).messages[0]!.providerMessageId!;
    for (let i = 0; i < 2; i++) await ack(scene, id, 'ERROR');
    expect(await scene.credits()).toMatchObject({ currentCredit: 1000 });
    expect((await lines(scene)).map(({ type }: { type: string }) => type)).toEqual(['refund', 'message']);
    expect(await scene.ledger()).toEqual([]);
  });

  it('with nothing available: is sent free of charge, with the reason', async () => {
    const { scene, at } = await longUnknown(['1001']);
    await using _ = scene;
    await leave(scene, 0);
    await turnUp(scene, at);
    const recipient = await recipientOf(scene, '1001');
    expect(recipient).toMatchObject({ status: 'sent', spentCredits: 0 });
    expect(recipient.messages).toMatchObject([{ status: 'sent', statusReason: 'free-of-charge' }]);
    expect(await scene.credits()).toMatchObject({ currentCredit: 0, availableCredit: 0 });
    expect(await lines(scene)).toEqual([]);
    expect(await activities(scene)).toMatchObject([
      { verb: 'credits.waive-late', details: { messageId: recipient.messages[0]!.id, reason: 'nothing-available' } },
    ]);
    expect(await scene.ledger()).toEqual([]);
    await ack(scene, recipient.messages[0]!.providerMessageId!, 'ERROR');
    expect(await scene.credits()).toMatchObject({ currentCredit: 0 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('three at once with two credits: two are charged, one is free, the balance never falls below zero', async () => {
    const { scene, at } = await longUnknown(['1001', '1002', '1003']);
    await using _ = scene;
    await leave(scene, 2);
    const [first] = scene.simulator.sends();
    expect(first).toBeDefined();
    await Promise.all([turnUp(scene, at), reconcileDue(scene.ctx), reconcileDue(scene.ctx)]);
    await run(scene);
    expect(await scene.campaign()).toMatchObject({ counts: { sent: 3 }, credits: { held: 0, spent: 2 } });
    expect(await scene.credits()).toMatchObject({ currentCredit: 0, availableCredit: 0 });
    expect((await lines(scene)).map(({ amount }: { amount: number }) => amount)).toEqual([-1, -1]);
    expect(await scene.ledger()).toEqual([]);
  });
});
