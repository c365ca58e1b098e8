import { eq } from 'drizzle-orm';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { mails, sandboxMails } from '#src/db/schema/emails.ts';
import { instances, laneHealth } from '#src/db/schema/instances.ts';
import { applyConnectionNews } from '#src/instances/apply-connection-news.ts';
import { openBreaker } from '#src/instances/open-breaker.ts';
import { openInstance, startQuickSimulator } from '#test/campaigns/stage.ts';
import { createWorld } from '#test/support/world.ts';

const simulator = await startQuickSimulator();
const world = await createWorld();
const { ctx, acme } = world;
const instanceId = await openInstance(ctx, acme, simulator);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await simulator.close();
});
beforeEach(async () => {
  await ctx.db.delete(mails);
  await ctx.db.delete(sandboxMails);
  await ctx.db.update(instances).set({ name: 'Satış hattı' });
});
const queued = () => ctx.db.select().from(mails);
const subjects = async () => {
  await world.drain();
  const { data } = await (await world.call('GET', '/sandbox/mail')).json();
  return data.map(({ subject, recipients }: { subject: string; recipients: string[] }) => [subject, ...recipients]);
};

it('a number that WhatsApp logs out: its user is mailed once, with the change; not for his own log-out, nor for a passing one', async () => {
  const hear = async (code: number | null, more: object = {}) => {
    await ctx.db
      .update(instances)
      .set({ status: 'open', statusReason: null, disconnectCode: null, name: 'Satış hattı' })
      .where(eq(instances.id, instanceId));
    await applyConnectionNews(ctx, [{ instanceId, news: { type: 'closed', code }, at: world.clock.now(), ...more }]);
    return queued();
  };
  expect(await hear(null, { asked: true })).toEqual([]);
  await applyConnectionNews(ctx, [{ instanceId, news: { type: 'offline' }, at: world.clock.now() }]);
  expect(await ctx.db.$count(mails)).toBe(0);
  // of the events that tell of one log-out the first may know no reason
  expect(await hear(null)).toMatchObject([
    { kind: 'instance-disconnected', address: 'acme@example.com', language: 'tr', organizationId: acme.organizationId },
  ]);
  await applyConnectionNews(ctx, [{ instanceId, news: { type: 'closed', code: 401 }, at: world.clock.now() }]);
  expect(await ctx.db.$count(mails)).toBe(1);
  expect(await subjects()).toEqual([['WhatsApp bağlantısı koptu: Satış hattı', 'acme@example.com']]);
});

it('a number that is held back: its user is mailed when it begins, not at every try, nor for trouble that is ours', async () => {
  const number = { instanceId, organizationId: acme.organizationId, userId: acme.userId };
  await openBreaker(ctx, number, 'cold', 'refused-cold');
  await openBreaker(ctx, number, 'all', 'connection-trouble');
  expect(await queued()).toEqual([]);
  await ctx.db.delete(laneHealth);
  await Promise.all([1, 2, 3].map(() => openBreaker(ctx, number, 'all', 'error-rate')));
  await ctx.db.update(laneHealth).set({ state: 'half-open' });
  await openBreaker(ctx, number, 'all', 'probe-failed');
  expect(await queued()).toMatchObject([{ kind: 'instance-unhealthy', organizationId: acme.organizationId }]);
  expect(await subjects()).toEqual([['Gönderim durduruldu: Satış hattı', 'acme@example.com']]);
});
