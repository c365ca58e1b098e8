import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { requireEndpoint } from '#webhooks/outbound/require-endpoint.ts';
import {
  addEndpoint,
  deliverAll,
  happen,
  happenOften,
  hooksWorld,
  readEndpoint,
  startConsumer,
} from './hooks-scene.ts';

const world = await hooksWorld();
const { acme, ctx, clock } = world;
afterAll(() => world[Symbol.asyncDispose]());

describe('switched off by itself', () => {
  it('F55: 410: at once, without another try', async () => {
    await using consumer = await startConsumer(() => 410);
    const endpoint = await addEndpoint(acme, consumer.url);
    await happenOften(world, acme, 10);
    await deliverAll(world);
    clock.advance({ hours: 1 });
    await deliverAll(world);
    expect(consumer.knocks.length).toBeLessThanOrEqual(4);
    expect(await readEndpoint(acme, endpoint)).toMatchObject({ enabled: false, disabledReason: 'gone' });
    const told = await ctx.db.execute(
      sql`select data from live_events where type = 'webhook-endpoint.disabled' order by id desc limit 1`,
    );
    expect(told[0]).toEqual({ data: { id: endpoint.id, reason: 'gone' } });
  });

  it('after five days without one success: with a mail to the owner; not after four, and not for one success in between', async () => {
    let works = false;
    await using consumer = await startConsumer(() => (works ? 200 : 500));
    const endpoint = await addEndpoint(acme, `${consumer.url}?token=geheim`);
    const failFor = async (days: number) => {
      for (let hour = 0; hour < days * 24; hour += 8) {
        await happen(acme);
        await deliverAll(world);
        clock.advance({ hours: 8 });
      }
      await happen(acme);
      await deliverAll(world);
    };
    await failFor(4);
    works = true;
    clock.advance({ minutes: 2 });
    await deliverAll(world);
    works = false;
    await failFor(4);
    expect(await requireEndpoint(acme.ctx, endpoint.id)).toMatchObject({ enabled: true });
    await failFor(1);
    expect(await requireEndpoint(acme.ctx, endpoint.id)).toMatchObject({ enabled: false, disabledReason: 'failing' });
    const [mail] = await ctx.db.execute<{ address: string; data: { sealed: string } }>(
      sql`select address, data from mails where kind = 'webhook-endpoint-disabled'`,
    );
    const data = JSON.parse(ctx.secrets.open(mail!.data.sealed));
    expect(data).toEqual({
      name: expect.any(String),
      organization: expect.any(String),
      endpoint: consumer.url,
      days: 5,
    });
    const [activity] = await ctx.db.execute(
      sql`select actor_type, details from activities where verb = 'webhooks.disable-endpoint' order by id desc limit 1`,
    );
    expect(activity).toEqual({ actor_type: 'job', details: { reason: 'failing' } });
  });
});
