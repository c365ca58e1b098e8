import { expect, it } from 'vitest';
import { inboundScene, recorded, says } from './inbound-scene.ts';

const shows = (jid: string, lastKnownPresence: string) => ({
  event: 'presence.update',
  data: { id: jid, presences: { [jid]: { lastKnownPresence } } },
});

it('tells in which conversation the other side types: by phone or hidden number, the last word of each; nothing of strangers, groups and long ago', async () => {
  await using scene = await inboundScene();
  const told = async () =>
    (await scene.told('conversation.typing')).map(({ organization_id: organization, data: { state } }) => [
      organization === scene.acme.organizationId,
      state,
    ]);
  await scene.hear(
    says('+905320000002', 'T1', 'merhaba'),
    says('x', 'T2', 'selam', { key: { remoteJid: '88123456@lid', addressingMode: 'lid' } }),
  );
  await scene.knockElsewhere(says('+905320000002', 'T3', 'hello'));
  await scene.hear(
    recorded('presence-update'),
    shows('905320000002@s.whatsapp.net', 'recording'),
    shows('905329999999@s.whatsapp.net', 'composing'),
    shows('120363020202020202@g.us', 'composing'),
    { event: 'presence.update', data: { id: '905320000002@s.whatsapp.net' } },
    { event: 'presence.update', data: 'x' },
  );
  expect(await told()).toEqual([[true, 'recording']]);
  const [typed] = await scene.told('conversation.typing');
  const [conversation] = await scene.conversationsOf('+905320000002');
  expect([conversation!.id, (await scene.conversationsOf('+905320000002'))[1]?.id]).toContain(
    typed!.data['conversationId'],
  );
  await scene.hear(shows('88123456@lid', 'available'));
  await scene.knockElsewhere(shows('905320000002@s.whatsapp.net', 'composing'));
  await scene.drainInbound();
  expect((await told()).slice(1)).toEqual([
    [true, 'paused'],
    [false, 'composing'],
  ]);
  await scene.knock(shows('88123456@lid', 'composing'));
  scene.clock.advance({ minutes: 1 });
  await scene.drainInbound();
  expect(await told()).toHaveLength(3);
  expect(await scene.failures()).toBe(0);
});
