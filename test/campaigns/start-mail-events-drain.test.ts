import { expect, it } from 'vitest';
import { startMailEventsDrain } from '#src/campaigns/start-mail-events-drain.ts';
import { markSent, type Recipient, rowOf, stageMailing } from '#test/emails/link-scene.ts';
import { sesEvent, tell } from '#test/emails/ses-events.ts';
import { createWorld } from '#test/support/world.ts';

it('applies what carriers report while it runs, woken by it; two at once apply it once; nothing after it has stopped', async () => {
  await using world = await createWorld();
  const { id, recipients } = await stageMailing(world, 2);
  await markSent(world, id, 5);
  const [first, second] = recipients as [Recipient, Recipient];
  const drains = [startMailEventsDrain(world.ctx), startMailEventsDrain(world.ctx)];
  const delivered = ({ id }: Recipient) =>
    tell(world, sesEvent('Delivery', { recipientId: id, at: world.clock.now() }));
  await delivered(first);
  await expect.poll(async () => (await rowOf(world, first.id))['status'], { interval: 10 }).toBe('delivered');
  await Promise.all(drains.map((drain) => drain.stop()));
  await delivered(second);
  expect((await rowOf(world, second.id))['status']).toBe('sent');
});
