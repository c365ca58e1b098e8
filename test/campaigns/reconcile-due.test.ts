import axios from 'axios';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { followAcks } from '#src/campaigns/follow-acks.ts';
import type { Claim } from '#src/campaigns/lane.ts';
import { reconcileDue } from '#src/campaigns/reconcile-due.ts';
import { senderOf } from '#src/instances/sender-of.ts';
import { noteSightings } from '#src/messages/note-sightings.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { stage } from './scene.ts';
import { pumpDry } from './stage.ts';

type Scene = Awaited<ReturnType<typeof stage>>;

const faults = (scene: Scene, rule: object) =>
  axios.post(`${scene.simulator.url}/simulator/faults`, rule, { headers: { apikey: scene.simulator.apiKey } });

/** Looks at every due time for a quarter of an hour. */
async function searchToTheEnd(scene: Scene): Promise<void> {
  for (let minute = 0; minute <= 15; minute++) {
    await reconcileDue(scene.ctx);
    await scene.drain();
    await pumpDry(scene.ctx);
    scene.clock.advance({ minutes: 1 });
  }
  await scene.drain();
}

/** The clock of the simulator is the real one, so the world's has to be as well. */
const staged = (options: Parameters<typeof stage>[0]) =>
  stage({ ...options, now: new Date().toISOString(), allDay: true });

describe('a message whose outcome is not known', () => {
  it('F9, F10: sent although the answer says otherwise: found at Evolution, captured once, never sent again', async () => {
    await using scene = await staged({ count: 3, endings: ['1000', '0503', '1002'] });
    await pumpDry(scene.ctx);
    expect(await scene.campaign()).toMatchObject({ status: 'running', counts: { sent: 2, unknown: 1 } });
    await searchToTheEnd(scene);
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: { unknown: 0 },
      credits: { held: 0, spent: 3 },
    });
    expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual([1, 1, 1]);
    expect(await scene.ledger()).toEqual([]);
  });

  it('F7: not sent and absent: stays unknown for a person, its credit held, the campaign ends', async () => {
    await using scene = await staged({ count: 2 });
    await faults(scene, { number: '*1000', count: 1, outcome: { kind: 'reset' } });
    await pumpDry(scene.ctx);
    await searchToTheEnd(scene);
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: { unknown: 1, read: 1 },
      credits: { held: 1, spent: 1 },
    });
    expect((await scene.recipients())[0]).toMatchObject({ status: 'unknown', statusReason: 'unresolved' });
    expect(scene.simulator.sends()).toHaveLength(1);
    expect(await scene.ledger()).toEqual([]);
  });

  it.each(['retry', 'give-up'] as const)('a person decides: %s', async (decision) => {
    await using scene = await staged({ count: 2 });
    await faults(scene, { number: '*1000', count: 1, outcome: { kind: 'reset' } });
    await pumpDry(scene.ctx);
    const [lost] = await scene.recipients();
    const decide = () =>
      scene.acme.call('POST', `/v1/campaigns/${scene.id}/recipients/${lost.id}/resolve`, { decision });
    expect((await decide()).status).toBe(409);
    await searchToTheEnd(scene);
    expect((await scene.globex.call('POST', `/v1/campaigns/${scene.id}/resolve-unknown`, { decision })).status).toBe(
      404,
    );
    expect((await decide()).status).toBe(200);
    await scene.drain();
    await pumpDry(scene.ctx);
    await scene.drain();
    const retried = decision === 'retry';
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: retried ? { read: 1, sent: 1 } : { read: 1, failed: 1 },
      credits: { held: 0, spent: retried ? 2 : 1 },
    });
    expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual(retried ? [1, 1] : [1]);
    expect(await scene.ledger()).toEqual([]);
  });

  it('a person decides: sent; twice at once it is paid for once, from its hold or, 72 hours later, from what is available', async () => {
    await using scene = await staged({ count: 2 });
    for (const number of ['*1000', '*1001']) await faults(scene, { number, count: 1, outcome: { kind: 'reset' } });
    await pumpDry(scene.ctx);
    const [first, second] = await scene.recipients();
    const decide = ({ id }: { id: string }) =>
      scene.acme.call('POST', `/v1/campaigns/${scene.id}/recipients/${id}/resolve`, { decision: 'sent' });
    expect((await decide(first)).status).toBe(409);
    await searchToTheEnd(scene);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', credits: { held: 2, spent: 0 } });
    const answers = await Promise.all([decide(first), decide(first), decide(first)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    await scene.drain();
    expect((await scene.recipients())[0]).toMatchObject({
      status: 'sent',
      spentCredits: 1,
      messages: [{ status: 'sent', statusReason: 'confirmed-by-user', providerMessageId: null }],
    });
    expect(await scene.campaign()).toMatchObject({ credits: { held: 1, spent: 1 } });
    scene.clock.advance({ hours: 73 });
    await scene.sweep();
    expect(await scene.credits()).toMatchObject({ currentCredit: 999, heldCredit: 0 });
    expect((await decide(second)).status).toBe(200);
    await scene.drain();
    await pumpDry(scene.ctx);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { sent: 2 }, credits: { spent: 2 } });
    expect(await scene.credits()).toMatchObject({ currentCredit: 998, heldCredit: 0 });
    expect(scene.simulator.sends()).toHaveLength(0);
    expect(await scene.ledger()).toEqual([]);
  });

  it.each([
    ['completed', 'the part that is left goes out', { sent: 1 }, 1, 2],
    ['cancelled', 'nothing more goes out', { skipped: 1 }, 0, 1],
  ] as const)('a person decides: sent; of a %s campaign %s', async (status, _, counts, sends, spent) => {
    await using scene = await staged({ count: 1, media: ['voice'] });
    await faults(scene, { count: 1, outcome: { kind: 'reset' } });
    await pumpDry(scene.ctx);
    if (status === 'cancelled') await scene.act('cancel');
    await searchToTheEnd(scene);
    expect(await scene.campaign()).toMatchObject({ status, counts: { unknown: 1 } });
    const decided = await scene.acme.call('POST', `/v1/campaigns/${scene.id}/resolve-unknown`, { decision: 'sent' });
    expect(decided.status).toBe(200);
    await scene.drain();
    await pumpDry(scene.ctx);
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status, counts, credits: { held: 0, spent } });
    expect(scene.simulator.sends()).toHaveLength(sends);
    expect(await scene.ledger()).toEqual([]);
  });

  it('the hold of one that nobody decides about is given back after 72 hours', async () => {
    await using scene = await staged({ count: 1 });
    await faults(scene, { count: 1, outcome: { kind: 'reset' } });
    await pumpDry(scene.ctx);
    await searchToTheEnd(scene);
    expect(await scene.credits()).toMatchObject({ heldCredit: 1 });
    scene.clock.advance({ hours: 73 });
    await scene.sweep();
    expect(await scene.credits()).toMatchObject({ currentCredit: 1000, heldCredit: 0 });
    expect(await scene.campaign()).toMatchObject({ counts: { unknown: 1 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('policy resend-when-absent: sent again once Evolution has said three times that it knows nothing', async () => {
    await using scene = await staged({ count: 1 });
    await scene.ctx.db.execute(sql`update organizations set unknown_policy = 'resend-when-absent'`);
    await faults(scene, { count: 1, outcome: { kind: 'reset' } });
    await pumpDry(scene.ctx);
    expect(scene.simulator.sends()).toHaveLength(0);
    await searchToTheEnd(scene);
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: { sent: 1 },
      credits: { held: 0, spent: 1 },
    });
    expect(scene.simulator.sends()).toHaveLength(1);
  });

  it('F4: a worker that dies after the 201: the send.message webhook that had come settles it', async () => {
    await using scene = await staged({ count: 1 });
    const claim = (await claimNextMessage(scene.ctx)) as Claim;
    await scene.ctx.db.execute(sql`update messages set dispatched_at = claimed_at where id = ${claim.messageId}`);
    const { client, providerName } = (await senderOf(scene.ctx, claim.instanceId))!;
    await client.sendText(providerName, {
      number: claim.address,
      text: claim.body!,
      messageId: claim.wantedProviderId,
    });
    const [sent] = scene.simulator.sends();
    const found = {
      providerMessageId: sent!.keyId,
      remoteJid: sent!.jid,
      fromMe: true,
      statuses: [],
      sentAt: scene.clock.now(),
      text: sent!.text ?? null,
      messageType: 'conversation',
    };
    await noteSightings(scene.ctx, [{ instanceId: scene.instanceId, found, at: scene.clock.now() }]);
    scene.clock.advance({ seconds: 91 });
    await pumpDry(scene.ctx);
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: { sent: 1 },
      credits: { spent: 1, held: 0 },
    });
    expect(scene.simulator.sends()).toHaveLength(1);
  });

  it('F15: Evolution dies between the send and its own row: with a server that keeps our ids, it goes out again under the same id, and the phone shows it once', async () => {
    await using scene = await staged({ count: 1, ownMessageIds: true });
    await scene.ctx.db.execute(sql`update evolution_servers set keeps_own_message_id = true`);
    await faults(scene, { count: 1, outcome: { kind: 'accept-then-reset', trace: false } });
    await pumpDry(scene.ctx);
    await searchToTheEnd(scene);
    expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual([1]);
    expect(await scene.campaign()).toMatchObject({
      status: 'completed',
      counts: { sent: 1 },
      credits: { held: 0, spent: 1 },
    });
  });

  it('learns from the first answer whether the server keeps our ids', async () => {
    for (const ownMessageIds of [true, false]) {
      await using scene = await staged({ count: 1, ownMessageIds });
      await pumpDry(scene.ctx);
      expect(
        await scene.ctx.db.execute(
          sql`select keeps_own_message_id as keeps from evolution_servers where url = ${scene.simulator.url}`,
        ),
      ).toMatchObject([{ keeps: ownMessageIds }]);
    }
  });
});

describe('a message that was sent and never acknowledged', () => {
  it('F31: lost webhooks: its statuses are asked for and applied', async () => {
    await using scene = await staged({ count: 1 });
    await pumpDry(scene.ctx);
    scene.clock.advance({ minutes: 11 });
    await reconcileDue(scene.ctx);
    expect(await scene.campaign()).toMatchObject({ counts: { read: 1 } });
  });

  it('F17: nobody knows anything of it: sent, with the reason unconfirmed; a late ack takes the reason away', async () => {
    await using scene = await staged({ count: 1, endings: ['0408'] });
    await pumpDry(scene.ctx);
    scene.clock.advance({ minutes: 11 });
    await reconcileDue(scene.ctx);
    expect((await scene.recipients())[0]).toMatchObject({ status: 'sent', statusReason: 'unconfirmed' });
    const [{ id }] = (await scene.ctx.db.execute(sql`select provider_message_id as id from messages`)) as unknown as [
      { id: string },
    ];
    const at = scene.clock.now();
    await followAcks(scene.ctx, [{ instanceId: scene.instanceId, providerMessageId: id, status: 'SERVER_ACK', at }]);
    expect((await scene.recipients())[0]).toMatchObject({ status: 'sent', statusReason: null });
  });
});
