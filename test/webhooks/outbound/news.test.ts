import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { stage } from '#test/campaigns/scene.ts';
import { pumpDry } from '#test/campaigns/stage.ts';
import { edits, inboundScene, recalls, says } from '#test/conversations/inbound-scene.ts';
import type { World } from '#test/support/world.ts';
import { eventCatalogue, type WebhookEventType } from '#webhooks/outbound/event-catalogue.ts';
import { addEndpoint, deliverAll, startConsumer } from './hooks-scene.ts';

type Scene = Pick<World, 'ctx'>;

/** What is queued, in order; all of it as the catalogue says. */
async function toldBy(scene: Scene, family: string): Promise<[string, Record<string, unknown>][]> {
  const rows = await scene.ctx.db.execute<{ type: WebhookEventType; data: Record<string, unknown> }>(
    sql`select type, data from webhook_events where type like ${`${family}.%`} order by id`,
  );
  for (const { type, data } of rows) z.strictObject(eventCatalogue[type].data.shape).parse(data);
  return rows.map(({ type, data }) => [type, data]);
}
const typesOf = (told: [string, unknown][]) => told.map(([type]) => type);

it('a campaign tells what becomes of it, and its messages of theirs: each change once, nothing of windows that close', async () => {
  await using consumer = await startConsumer();
  await using scene = await stage({ count: 2, more: { startAt: '2026-03-02T12:05:00+03:00' } });
  await addEndpoint(scene.acme, consumer.url);
  await scene.act('pause');
  await scene.act('resume');
  scene.clock.advance({ minutes: 6 });
  await scene.drain();
  expect(await pumpDry(scene.ctx)).toBe(2);
  await scene.drain();
  expect(await scene.campaign()).toMatchObject({ status: 'completed' });
  expect(typesOf(await toldBy(scene, 'campaign'))).toEqual([
    'campaign.paused',
    'campaign.resumed',
    'campaign.started',
    'campaign.completed',
  ]);
  const statuses = (await toldBy(scene, 'message')).map(([, { status }]) => status);
  expect(statuses.filter((status) => status === 'sent')).toHaveLength(2);
  await deliverAll(scene);
  expect(new Set(consumer.ids()).size).toBe(4 + statuses.length);
});

it('a window that closes and opens is no news; a campaign that is called off is', async () => {
  await using scene = await stage({
    count: 3,
    now: '2026-03-02T18:59:00Z',
    more: { delay: { minSeconds: 50, maxSeconds: 50 } },
  });
  await addEndpoint(scene.acme, 'https://crm.example.com/', { events: ['campaign.*'] });
  await pumpDry(scene.ctx);
  scene.clock.advance({ minutes: 5 });
  await pumpDry(scene.ctx);
  await scene.sweep();
  expect(await scene.campaign()).toMatchObject({ status: 'pending' });
  scene.clock.set('2026-03-03T07:00:00Z');
  await scene.drain();
  expect(await scene.campaign()).toMatchObject({ status: 'running' });
  expect(await toldBy(scene, 'campaign')).toEqual([]);
  await scene.act('cancel');
  const data = { campaignId: scene.id, channel: 'whatsapp', status: 'cancelled', statusReason: expect.any(String) };
  expect(await toldBy(scene, 'campaign')).toEqual([['campaign.cancelled', data]]);
});

it('credits.low: once, when what is available falls below what the user has set; a number that is deleted says so', async () => {
  await using scene = await stage({ count: 1 });
  const { acme } = scene;
  await addEndpoint(acme, 'https://crm.example.com/', { events: ['credits.*', 'instance.status-changed'] });
  await acme.call('PUT', '/v1/settings', { mails: { creditsBelow: 998 } });
  const campaign = (name: string) =>
    acme.call('POST', '/v1/campaigns', {
      name,
      channel: 'whatsapp',
      text: 'Merhaba',
      audience: { customerIds: [scene.customers.ayse] },
      startAt: '2026-03-04T12:00:00+03:00',
    });
  for (const name of ['a', 'b', 'c', 'd']) expect((await campaign(name)).status).toBe(201);
  const told = await toldBy(scene, 'credits');
  expect(told).toEqual([['credits.low', { userId: acme.userId, availableCredit: 997, threshold: 998 }]]);
  await acme.call('DELETE', `/v1/instances/${scene.instanceId}`);
  const closed = { id: scene.instanceId, status: 'closed', statusReason: 'deleted' };
  expect(await toldBy(scene, 'instance')).toEqual([['instance.status-changed', closed]]);
});

it('what a customer writes, edits and takes back is told, without its text; what another organization is told is not', async () => {
  await using scene = await inboundScene();
  await addEndpoint(scene.acme, 'https://crm.example.com/', { events: ['message.*', 'customer.opted-out'] });
  await scene.hear(says('+905321112233', 'IN1', 'Çok gizli'));
  await scene.hear(edits('IN1', 'Daha gizli', 5));
  await scene.hear(recalls('IN1', 9));
  await scene.hear(says('+905321112233', 'IN2', 'İPTAL'));
  await scene.knockElsewhere(says('+905321112233', 'IN3', 'Başkası'));
  await scene.drainInbound();
  const told = await toldBy(scene, 'message');
  expect(typesOf(told).filter((type) => type === 'message.received')).toHaveLength(2);
  expect(new Set(typesOf(told))).toEqual(new Set(['message.received', 'message.edited', 'message.recalled']));
  expect(JSON.stringify(told)).not.toContain('gizli');
  expect(await toldBy(scene, 'customer')).toMatchObject([['customer.opted-out', { phone: '+905321112233' }]]);
});
