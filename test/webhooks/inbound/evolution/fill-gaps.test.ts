import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversations } from '#src/db/schema/conversations.ts';
import { instances } from '#src/db/schema/instances.ts';
import { inboundEvents, messages, sentSightings } from '#src/db/schema/messages.ts';
import { noteSightings } from '#src/messages/note-sightings.ts';
import { connectNumber } from '#test/campaigns/connected.ts';
import { pumpDry } from '#test/campaigns/stage.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';
import { fillGaps } from '#webhooks/inbound/evolution/fill-gaps.ts';
import { findGaps } from '#webhooks/inbound/evolution/find-gaps.ts';
import { requestAllGaps } from '#webhooks/inbound/evolution/request-gaps.ts';
import { requestStrayGaps } from '#webhooks/inbound/evolution/request-stray-gaps.ts';

let world: Awaited<ReturnType<typeof connectNumber>>;
beforeAll(async () => {
  world = await connectNumber();
  // what follows is news: said after the number was connected
  world.clock.advance({ minutes: 10 });
});
afterAll(() => world[Symbol.asyncDispose]());

const lose = (share: number) => world.control('PUT', '/webhooks', { loseShare: share });
const arrives = (inbound: object) =>
  world.control('POST', `/inbound/${world.providerName}`, { pushName: 'Ayşe', ...inbound });
async function fill(): Promise<void> {
  await fillGaps(world.ctx, world.instanceId);
  while ((await drainInboundOnce(world.ctx)) > 0);
}
const said = async (id: string) =>
  (await world.ctx.db.select().from(messages).where(eq(messages.providerMessageId, id)))[0];
const activities = async () =>
  world.ctx.db.execute<{ details: object }>(
    sql`select details from activities where verb = 'instances.fill-gaps' order by id`,
  );
/** As if nothing had been compared yet. */
const forget = () => world.ctx.db.update(instances).set({ comparedUntilAt: null });
/** The simulator has taken it in. */
const stored = (id: string) =>
  world.until(async () => {
    const found = (await fetch(`${world.simulator.url}/chat/findMessages/${world.providerName}`, {
      method: 'POST',
      headers: { apikey: world.simulator.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ where: { key: { id } } }),
    }).then((response) => response.json())) as { messages: { total: number } };
    return found.messages.total > 0;
  });

describe('webhooks that never came', () => {
  it('F26: are made good once each, the same way, and reported', async () => {
    await arrives({ kind: 'text', from: '905321110001', id: 'G0', text: 'geldi' });
    await world.until(async () => (await said('G0')) !== undefined);
    await lose(1);
    await arrives({ kind: 'text', from: '905321110001', id: 'G1', text: 'kayboldu' });
    await arrives({ kind: 'image', from: '905321110002', id: 'G2', address: 'lid-with-phone', text: 'foto' });
    await arrives({ kind: 'text', from: '905321110001', id: 'G3', fromMe: true, text: 'telefondan' });
    await arrives({ kind: 'text', from: '905321110001', id: 'G4', group: true, text: 'grupta' });
    await stored('G4');
    await fill();
    expect(await said('G1')).toMatchObject({ direction: 'in', body: 'kayboldu', customerId: world.customers.ayse });
    expect(await said('G2')).toMatchObject({ kind: 'image', address: '+905321110002', attachmentStatus: 'pending' });
    expect(await said('G3')).toMatchObject({ direction: 'out', typedOnPhone: true });
    expect(await said('G4')).toBeUndefined();
    expect(await activities()).toMatchObject([{ details: { messages: 3, changes: 0 } }]);
    const before = await world.ctx.db.select().from(conversations);
    await forget();
    await fill();
    expect(await world.ctx.db.select().from(conversations)).toEqual(before);
    expect(await activities()).toHaveLength(1);
  });

  it('of acks, too: a message of ours comes as far as Evolution knows', async () => {
    await lose(1);
    const { recipients } = await world.campaign(['1000'], { known: true });
    await pumpDry(world.ctx);
    const [recipient] = await recipients();
    const [message] = await world.ctx.db.select().from(messages).where(eq(messages.address, recipient!.address));
    await world.until(async () => {
      const updates = (await fetch(`${world.simulator.url}/chat/findStatusMessage/${world.providerName}`, {
        method: 'POST',
        headers: { apikey: world.simulator.apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ where: { id: message!.providerMessageId } }),
      }).then((response) => response.json())) as unknown[];
      return updates.length >= 3;
    });
    expect(await said(message!.providerMessageId!)).toMatchObject({ status: 'sent' });
    await fill();
    expect(await said(message!.providerMessageId!)).toMatchObject({ status: 'read' });
    expect(await world.ledger()).toEqual([]);
  });

  it('nothing is taken from before the number was connected here', async () => {
    await world.ctx.db.update(instances).set({ numberSinceAt: world.clock.now(), comparedUntilAt: null });
    await arrives({ kind: 'text', from: '905321110001', id: 'H1', text: 'eski' });
    await stored('H1');
    await fill();
    expect(await said('H1')).toBeUndefined();
  });

  it('one run of a number at a time; one that died is taken over', async () => {
    await world.ctx.db
      .update(instances)
      .set({ comparedAt: world.clock.now(), numberSinceAt: null, comparedUntilAt: null });
    await world.ctx.db.update(instances).set({ numberSinceAt: new Date(world.clock.now().getTime() - 3_600_000) });
    await fill();
    expect(await said('H1')).toBeUndefined();
    world.clock.advance({ minutes: 11 });
    await Promise.all([fillGaps(world.ctx, world.instanceId), fillGaps(world.ctx, world.instanceId)]);
    expect(await world.ctx.db.$count(inboundEvents, sql`payload->'data'->'key'->>'id' = 'H1'`)).toBe(1);
    while ((await drainInboundOnce(world.ctx)) > 0);
    expect(await said('H1')).toMatchObject({ body: 'eski' });
  });

  it('while Evolution does not answer nothing is lost: it is compared the next time', async () => {
    await arrives({ kind: 'text', from: '905321110001', id: 'K1', text: 'bekler' });
    await stored('K1');
    await forget();
    const dead = { storedMessages: async () => ({ kind: 'unknown', reason: 'timeout', cause: '' }) };
    await fillGaps({ ...world.ctx, evolution: { at: () => dead, close() {} } } as never, world.instanceId);
    expect(await world.row(world.instanceId)).toMatchObject({ comparedUntilAt: null, comparedAt: null });
    await fill();
    expect(await said('K1')).toMatchObject({ body: 'bekler' });
  });

  it('every open number is compared when its hour comes', async () => {
    await requestAllGaps(world.ctx);
    await requestAllGaps(world.ctx);
    const jobs = await world.ctx.db.execute(
      sql`select data from pgboss.job where name = 'inbound.fill-gaps' and state = 'created' and singleton_key = ${world.instanceId}`,
    );
    expect(jobs).toEqual([{ data: { instanceId: world.instanceId } }]);
  });
});

describe('what Evolution keeps', () => {
  const record = (id: string, more: object) => ({
    key: { id, fromMe: true, remoteJid: '905321110001@s.whatsapp.net' },
    message: { conversation: 'telefondan' },
    messageTimestamp: 1_795_204_830,
    ...more,
  });
  const gaps = (one: object) => findGaps(world.ctx, world.instanceId, [one as Record<string, unknown>]);

  it('edited or deleted without our knowing is news, once', async () => {
    const edited = record('G3', { message: { conversation: 'düzeltildi' }, MessageUpdate: [{ status: 'EDITED' }] });
    expect(await gaps(edited)).toMatchObject([{ event: 'messages.edited' }]);
    const deleted = record('G3', {
      key: { ...record('G3', {}).key, deleted: true },
      MessageUpdate: [{ status: 'DELETED' }],
    });
    expect(await gaps(deleted)).toMatchObject([{ event: 'messages.delete' }]);
    await world.ctx.db.insert(inboundEvents).values(
      [...(await gaps(edited)), ...(await gaps(deleted))].map((gap) => ({
        ...gap,
        instanceId: world.instanceId,
        organizationId: world.acme.organizationId,
      })),
    );
    while ((await drainInboundOnce(world.ctx)) > 0);
    expect(await said('G3')).toMatchObject({ body: 'düzeltildi', recalledAt: expect.any(Date) });
    expect(await gaps(deleted)).toEqual([]);
  });

  it('that WhatsApp had refused before, or is known, is none', async () => {
    await world.ctx.db.execute(sql`
      insert into refused_attempts (instance_id, provider_message_id, message_id, round)
      select ${world.instanceId}, 'OLD', id, 1 from messages limit 1`);
    expect(await gaps(record('OLD', { MessageUpdate: [{ status: 'READ' }] }))).toEqual([]);
    expect(await gaps(record('G1', {}))).toEqual([]);
    expect(await gaps({ key: null, message: 7 })).toEqual([]);
  });
});

it('what Chatwoot or a Typebot sent is found soon: its number is compared, once, when nobody here wrote it', async () => {
  const asked = async () =>
    world.ctx.db.execute<{ id: string }>(sql`
      select data ->> 'instanceId' as id from pgboss.job where name = 'inbound.fill-gaps' and state < 'active'`);
  const sighted = (id: string, minutesAgo: number) =>
    noteSightings({ ...world.ctx, clock: { now: () => new Date(world.clock.now().getTime() - minutesAgo * 60_000) } }, [
      { instanceId: world.instanceId, at: world.clock.now(), found: { ...found, providerMessageId: id } },
    ]);
  const found = {
    remoteJid: '905321110001@s.whatsapp.net',
    fromMe: true,
    statuses: [],
    sentAt: null,
    text: 'bot',
    messageType: 'conversation',
  };
  await world.ctx.db.delete(sentSightings);
  await world.ctx.db.execute(sql`delete from pgboss.job where name = 'inbound.fill-gaps'`);
  await world.ctx.db.update(instances).set({ comparedUntilAt: null });
  await sighted('G1', 5);
  await sighted('OLD', 5);
  await sighted('JUST', 1);
  await requestStrayGaps(world.ctx);
  expect(await asked()).toEqual([]);
  await sighted('BOT', 5);
  await requestStrayGaps(world.ctx);
  await requestStrayGaps(world.ctx);
  expect(await asked()).toEqual([{ id: world.instanceId }]);
  await world.ctx.db.execute(sql`delete from pgboss.job where name = 'inbound.fill-gaps'`);
  await world.ctx.db.update(instances).set({ comparedUntilAt: world.clock.now() });
  await requestStrayGaps(world.ctx);
  expect(await asked()).toEqual([]);
});
