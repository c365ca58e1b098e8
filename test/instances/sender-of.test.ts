import { describe, expect, it } from 'vitest';
import { instances } from '#src/db/schema/instances.ts';
import { senderOf } from '#src/instances/sender-of.ts';
import { newId } from '#src/platform/ids.ts';
import { createInstanceWorld, jsonOf } from './instance-world.ts';

describe('the way to WhatsApp', () => {
  it('sends under the instance’s own key, to the name it has at Evolution', async () => {
    await using world = await createInstanceWorld();
    const { id } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
    const sender = (await senderOf(world.ctx, id))!;
    await world.control('POST', `/scan/${sender.providerName}`, {});
    await world.until(() => world.simulator.instances()[0]?.state === 'open');
    const message = { number: '+905321112233', text: 'Merhaba', messageId: '3EB000000000000000000A' };
    const outcome = await sender.client.sendText(sender.providerName, message, sender.token);
    expect(outcome).toMatchObject({ kind: 'accepted', value: { remoteJid: '905321112233@s.whatsapp.net' } });
    const denied = await sender.client.sendText(sender.providerName, message, 'another key');
    expect(denied).toMatchObject({ kind: 'rejected', reason: 'unauthorized' });
    expect(world.simulator.sends()).toHaveLength(1);
  });

  it('there is none for an instance that is unknown or being deleted', async () => {
    await using world = await createInstanceWorld();
    const { id } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
    expect(await senderOf(world.ctx, newId())).toBeNull();
    await world.ctx.db.update(instances).set({ deletingAt: world.clock.now() });
    expect(await senderOf(world.ctx, id)).toBeNull();
  });
});
