import axios from 'axios';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followAcks } from '#src/campaigns/follow-acks.ts';
import { reconcileDue } from '#src/campaigns/reconcile-due.ts';
import { recordAcceptances } from '#src/campaigns/record-acceptances.ts';
import { customerFiles } from '#src/db/schema/customer-files.ts';
import { messages } from '#src/db/schema/messages.ts';
import type { AckStatus, Message } from '#src/messages/message.ts';
import { newId } from '#src/platform/ids.ts';
import { StorageError } from '#src/platform/storage.ts';
import { stage } from './scene.ts';
import { pumpDry, storeMedia } from './stage.ts';

type Scene = Awaited<ReturnType<typeof stage>>;
let scene: Scene;
beforeAll(async () => {
  const media = ['image', 'document', 'voice', 'video'] as const;
  // the clock of the simulator is the real one
  const now = new Date().toISOString();
  scene = await stage({ count: 2, endings: ['1000', '0503'], media: [...media], now, allDay: true });
});
afterAll(() => scene[Symbol.asyncDispose]());

type File = { id: string; tags: string[]; tagNames: string[]; kind: string; filedAt: string; messageId: string };
const filesOf = async (customerId: string): Promise<File[]> =>
  (
    await (
      await scene.acme.call('GET', `/v1/customers/${customerId}/files`, undefined, { 'accept-language': 'tr' })
    ).json()
  ).data;
const sentTo = async (customerId: string): Promise<Message[]> =>
  scene.ctx.db.select().from(messages).where(eq(messages.customerId, customerId)).orderBy(messages.part);
const ack = (message: Message, status: AckStatus) =>
  followAcks(scene.ctx, [
    { instanceId: message.instanceId!, providerMessageId: message.providerMessageId!, status, at: scene.clock.now() },
  ]);

describe('a campaign with files', () => {
  it('the customer has its picture and its document at once, tagged; no sound, no video, none of who was not reached', async () => {
    await pumpDry(scene.ctx);
    const [reached, lost] = await scene.recipients();
    const files = await filesOf(reached.customerId);
    expect(files.map(({ kind, tags, tagNames }) => ({ kind, tags, tagNames }))).toEqual(
      expect.arrayContaining(
        ['document', 'image'].map((kind) => ({ kind, tags: ['sent-documents'], tagNames: ['Gönderilen Belgeler'] })),
      ),
    );
    expect(files).toHaveLength(2);
    expect(lost.status).toBe('unknown');
    // the outcome of the first part is not known yet; of the next nothing is said
    expect((await filesOf(lost.customerId)).length).toBeLessThan(2);
  });

  it('what is found to have been sent later is there, once', async () => {
    const [, lost] = await scene.recipients();
    for (let minute = 0; minute <= 15; minute++) {
      await reconcileDue(scene.ctx);
      await scene.drain();
      await pumpDry(scene.ctx);
      scene.clock.advance({ minutes: 1 });
    }
    expect((await filesOf(lost.customerId)).map(({ kind }) => kind).sort()).toEqual(['document', 'image']);
  });

  it('acks, repeated or late, bring nothing back that a colleague took out', async () => {
    const [reached] = await scene.recipients();
    const [file] = await filesOf(reached.customerId);
    await scene.acme.call('DELETE', `/v1/customers/${reached.customerId}/files/${file!.id}`);
    const [message] = (await sentTo(reached.customerId)).filter(({ id }) => id === file!.messageId);
    await ack(message!, 'READ');
    await recordAcceptances(scene.ctx, [
      {
        ...message!,
        messageId: message!.id,
        instanceId: scene.instanceId,
        providerMessageId: message!.providerMessageId,
      },
    ]);
    expect(await filesOf(reached.customerId)).toHaveLength(1);
  });
});

it('a storage that is away costs no message: it waits, and goes when the file can be read again', async () => {
  const mediaId = await storeMedia(scene.ctx, scene.acme, 'image');
  const audience = { customerIds: [scene.customers.ayse] };
  const body = { name: 'n', channel: 'whatsapp', audience, startAt: null, mediaIds: [mediaId] };
  const { storage } = scene.ctx;
  const blob = storage.blob.bind(storage);
  storage.blob = () => Promise.reject(new StorageError('unavailable', 'away'));
  const { id } = await (await scene.acme.call('POST', '/v1/campaigns', body)).json();
  await scene.drain();
  await pumpDry(scene.ctx);
  const recipient = async () =>
    (await (await scene.acme.call('GET', `/v1/campaigns/${id}/recipients`)).json()).data[0].messages[0];
  expect(await recipient()).toMatchObject({ status: 'queued', statusReason: 'file-unavailable' });
  storage.blob = blob;
  scene.clock.advance({ minutes: 2 });
  await scene.drain();
  await pumpDry(scene.ctx);
  expect(await recipient()).toMatchObject({ status: 'sent' });
});

describe('single messages', () => {
  /** A message that is being sent, as a row. */
  async function sending(mediaId: string, kind: 'document' | 'image', customerId: string) {
    const id = newId();
    const { organizationId, userId } = scene.acme;
    const at = scene.clock.now();
    await scene.ctx.db.insert(messages).values({
      ...{ id, organizationId, userId, customerId, mediaId, kind, instanceId: scene.instanceId },
      ...{ address: '+905550001122', status: 'sending', fence: 1, claimedAt: at, dispatchedAt: at },
    });
    const accept = () =>
      scene.ctx.db.transaction((tx) =>
        recordAcceptances({ ...scene.ctx, db: tx as never, transaction: true }, [
          {
            ...{ messageId: id, fence: 1, instanceId: scene.instanceId, organizationId, userId, customerId },
            ...{ campaignId: null, recipientId: null, part: 1, providerMessageId: `K${id}` },
          },
        ]),
      );
    const row = async () => (await scene.ctx.db.select().from(messages).where(eq(messages.id, id)))[0]!;
    return { id, accept, row };
  }

  it('the same document sent twice is one entry with the newest time', async () => {
    const { ceren } = scene.customers;
    const mediaId = await storeMedia(scene.ctx, scene.acme, 'document');
    const [one, two] = [await sending(mediaId, 'document', ceren), await sending(mediaId, 'document', ceren)];
    await one.accept();
    const [first] = await filesOf(ceren);
    scene.clock.advance({ minutes: 5 });
    await two.accept();
    await two.accept();
    const files = await filesOf(ceren);
    expect(files).toMatchObject([{ id: first!.id, messageId: two.id }]);
    expect(files[0]!.filedAt > first!.filedAt).toBe(true);
  });

  it('what WhatsApp refused is no sent document; what turns out to be there is one again', async () => {
    const { burak } = scene.customers;
    const mediaId = await storeMedia(scene.ctx, scene.acme, 'image');
    const one = await sending(mediaId, 'image', burak);
    await one.accept();
    expect(await filesOf(burak)).toHaveLength(1);
    await ack(await one.row(), 'ERROR');
    expect([(await one.row()).status, await filesOf(burak)]).toEqual(['failed', []]);
    await ack(await one.row(), 'DELIVERY_ACK');
    expect([(await one.row()).status, (await filesOf(burak)).length]).toEqual(['delivered', 1]);
  });

  it('one that another message took as well stays when one of them is refused, and so does one that a colleague tagged', async () => {
    const { burak } = scene.customers;
    const [twice, tagged] = [
      await storeMedia(scene.ctx, scene.acme, 'document'),
      await storeMedia(scene.ctx, scene.acme, 'document'),
    ];
    const all = await Promise.all([twice, twice, tagged].map((mediaId) => sending(mediaId, 'document', burak)));
    for (const one of all) await one.accept();
    await scene.ctx.db
      .update(customerFiles)
      .set({ tags: ['sent-documents', 'önemli'], tagKeys: ['sent-documents', 'onemli'] })
      .where(eq(customerFiles.mediaId, tagged));
    for (const one of all.slice(1)) await ack(await one.row(), 'ERROR');
    const kept = await scene.ctx.db.select().from(customerFiles).where(eq(customerFiles.customerId, burak));
    expect(kept.map(({ mediaId }) => mediaId)).toEqual(expect.arrayContaining([twice, tagged]));
  });

  it('a customer who was erased meanwhile, or a file that is gone, does not keep the acceptance from being written', async () => {
    const { deniz } = scene.customers;
    const mediaId = await storeMedia(scene.ctx, scene.acme, 'document');
    const [one, other] = [await sending(mediaId, 'document', deniz), await sending(newId(), 'document', deniz)];
    await scene.acme.call('DELETE', `/v1/customers/${deniz}`);
    await one.accept();
    await other.accept();
    expect([(await one.row()).status, (await other.row()).status]).toEqual(['sent', 'sent']);
    const left = await scene.ctx.db.select().from(customerFiles).where(eq(customerFiles.customerId, deniz));
    expect(left).toEqual([]);
  });
});

describe('DELETE /v1/media/{id}', () => {
  const remove = (mediaId: string) => scene.acme.call('DELETE', `/v1/media/${mediaId}`);

  it('409 names the campaign that is still to send it, in both languages; 204 when it is over', async () => {
    const mediaId = await storeMedia(scene.ctx, scene.acme, 'image');
    const { text, audience } = { text: 'x', audience: { customerIds: [scene.customers.ayse] } };
    const startAt = new Date(scene.clock.now().getTime() + 86_400_000).toISOString();
    const body = { name: 'Yaz İndirimi', channel: 'whatsapp', text, audience, startAt, mediaIds: [mediaId] };
    const { id } = await (await scene.acme.call('POST', '/v1/campaigns', body)).json();
    const refused = await scene.acme.call('DELETE', `/v1/media/${mediaId}`, undefined, { 'accept-language': 'tr' });
    expect([refused.status, await refused.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'media-in-use',
        detail: expect.stringContaining('“Yaz İndirimi”'),
        campaigns: [{ id, name: 'Yaz İndirimi', status: 'pending' }],
        queuedMessages: 0,
      }),
    ]);
    await scene.acme.call('POST', `/v1/campaigns/${id}/cancel`);
    expect((await remove(mediaId)).status).toBe(204);
    expect((await scene.acme.call('GET', `/v1/media/${mediaId}/content`)).status).toBe(404);
    expect((await scene.acme.call('POST', '/v1/campaigns', body)).status).toBe(400);
  });

  it('409 while a single message waits with it; another organization’s is 404', async () => {
    const mediaId = await storeMedia(scene.ctx, scene.acme, 'document');
    const { organizationId, userId } = scene.acme;
    const row = { organizationId, userId, instanceId: scene.instanceId, customerId: scene.customers.ayse, mediaId };
    const id = newId();
    await scene.ctx.db.insert(messages).values({ ...row, id, kind: 'document', address: '+905550001122' });
    expect(await (await remove(mediaId)).json()).toMatchObject({ code: 'media-in-use', queuedMessages: 1 });
    expect((await scene.globex.call('DELETE', `/v1/media/${mediaId}`)).status).toBe(404);
    await scene.ctx.db.execute(sql`update messages set status = 'cancelled' where id = ${id}`);
    expect((await remove(mediaId)).status).toBe(204);
  });

  it('409 while a template has it', async () => {
    const mediaId = await storeMedia(scene.ctx, scene.acme, 'document');
    const template = {
      name: 'Fiyatlar',
      channel: 'whatsapp',
      language: 'tr',
      category: 'offer',
      text: 'Ekte',
      mediaIds: [mediaId],
    };
    const { id } = await (await scene.acme.call('POST', '/v1/templates', template)).json();
    expect(await (await remove(mediaId)).json()).toMatchObject({
      code: 'media-in-use',
      templates: [{ id, name: 'Fiyatlar' }],
    });
    await scene.acme.call('DELETE', `/v1/templates/${id}`);
    expect((await remove(mediaId)).status).toBe(204);
  });

  it('a campaign that is being made with it is waited for, and then seen', async () => {
    const mediaId = await storeMedia(scene.ctx, scene.acme, 'image');
    const startAt = new Date(scene.clock.now().getTime() + 86_400_000).toISOString();
    const audience = { customerIds: [scene.customers.ayse] };
    const make = () =>
      scene.acme.call('POST', '/v1/campaigns', {
        ...{ name: 'n', channel: 'whatsapp', audience, startAt, mediaIds: [mediaId] },
      });
    const [made, removed] = await Promise.all([make(), remove(mediaId)]);
    expect([
      [201, 409],
      [400, 204],
    ]).toContainEqual([made.status, removed.status]);
  });
});

it('messages without files ask nothing more of the database', async () => {
  const faults = { headers: { apikey: scene.simulator.apiKey } };
  await axios.delete(`${scene.simulator.url}/simulator/faults`, faults);
  const statements: string[] = [];
  const execute = scene.ctx.db.execute.bind(scene.ctx.db);
  const db = new Proxy(scene.ctx.db, {
    get: (target, name) =>
      name === 'execute'
        ? (query: never) => {
            statements.push(JSON.stringify(query));
            return execute(query);
          }
        : Reflect.get(target, name),
  });
  const id = newId();
  const { organizationId, userId } = scene.acme;
  const more = { organizationId, userId, instanceId: scene.instanceId, customerId: scene.customers.ayse };
  const sendingRow = {
    ...more,
    id,
    kind: 'text' as const,
    address: '+905550001122',
    status: 'sending' as const,
    fence: 1,
  };
  await scene.ctx.db.insert(messages).values(sendingRow);
  await recordAcceptances({ ...scene.ctx, db, transaction: true }, [
    { ...more, messageId: id, fence: 1, campaignId: null, recipientId: null, part: 1, providerMessageId: `K${id}` },
  ]);
  expect(statements.length).toBeGreaterThan(0);
  expect(statements.filter((text) => text.includes('customer_files'))).toEqual([]);
});
