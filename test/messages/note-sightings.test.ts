import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { reconcileDue } from '#src/campaigns/reconcile-due.ts';
import { noteSightings } from '#src/messages/note-sightings.ts';
import { faults, recipientOf, type Scene } from '#test/campaigns/mixed-outcomes.ts';
import { stage } from '#test/campaigns/scene.ts';
import { pumpDry } from '#test/campaigns/stage.ts';

const sight = async (scene: Scene, providerMessageId: string, sentAt: Date, text: string) => {
  const { jid } = scene.simulator.sends()[0]!;
  const found = { providerMessageId, remoteJid: jid, fromMe: true, statuses: [], sentAt, text };
  const sighting = { instanceId: scene.instanceId, found: { ...found, messageType: 'conversation' }, at: sentAt };
  await noteSightings(scene.ctx, [sighting]);
};

describe('a webhook that comes when nobody looks for its message any more', () => {
  it('F33: makes it sent all the same; what was sent at another time has nobody look again', async () => {
    await using scene = await stage({ count: 1, endings: ['1001'] });
    await faults(scene, { count: 1, outcome: { kind: 'accept-then-reset' } });
    await pumpDry(scene.ctx);
    await scene.ctx.db.execute(
      sql`update messages set reconcile_at = null, reconcile_tries = 4, status_reason = 'unresolved'`,
    );
    const at = scene.clock.now();
    scene.clock.advance({ hours: 1 });
    await sight(scene, 'ANOTHER', scene.clock.now(), 'typed on the phone');
    expect(await reconcileDue(scene.ctx)).toBe(0);
    const { keyId, text } = scene.simulator.sends()[0]!;
    await sight(scene, keyId, at, text!);
    await reconcileDue(scene.ctx);
    expect(await recipientOf(scene, '1001')).toMatchObject({ status: 'sent', spentCredits: 1 });
    expect(await scene.ledger()).toEqual([]);
  });
});
