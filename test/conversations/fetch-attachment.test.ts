import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchAttachment } from '#src/conversations/fetch-attachment.ts';
import { media } from '#src/db/schema/files.ts';
import { messages } from '#src/db/schema/messages.ts';
import { png } from '#test/files/samples.ts';
import { createInstanceWorld, type InstanceWorld, jsonOf } from '#test/instances/instance-world.ts';

let world: InstanceWorld;
let instanceId: string;
let providerName: string;
beforeAll(async () => {
  world = await createInstanceWorld({ now: new Date().toISOString(), env: { RECEIVED_FILE_LIMIT_MB: '1' } });
  instanceId = (await jsonOf(await world.asAcme('POST', '/v1/instances', {}))).id;
  providerName = (await world.row(instanceId)).providerName;
  await world.control('POST', `/scan/${providerName}`, {});
  await world.until(async () => (await world.row(instanceId)).status === 'open');
});
afterAll(() => world[Symbol.asyncDispose]());

const FROM = '905321110001';
const find = async (id: string) =>
  (await world.ctx.db.select().from(messages).where(eq(messages.providerMessageId, id)))[0]!;
/** Sent by somebody, come in, its file not fetched yet. */
async function arrives(inbound: object) {
  const { id } = (await world.control('POST', `/inbound/${providerName}`, { from: FROM, ...inbound })) as {
    id: string;
  };
  await world.until(async () => (await find(id)) !== undefined);
  return find(id);
}
const fetch = (messageId: string, tries = 0, ctx = world.ctx) => fetchAttachment(ctx, { messageId, tries });
const waiting = async (messageId: string) =>
  world.ctx.db.execute<{ data: { tries: number }; start_after: string }>(
    sql`select data, start_after from pgboss.job where name = 'conversations.fetch-attachment' and data->>'messageId' = ${messageId} order by (data->>'tries')::int desc`,
  );

describe('a file that a message brings', () => {
  it.each([
    ['image', { kind: 'image', mimeType: 'image/jpeg' }],
    ['voice', { kind: 'voice', mimeType: 'audio/ogg' }],
    ['video', { kind: 'video', mimeType: 'video/mp4' }],
    ['document', { kind: 'document', mimeType: 'application/pdf' }],
  ])('%s: is stored once, known by its content', async (kind, known) => {
    const message = await arrives({ kind });
    expect(message).toMatchObject({ kind, attachmentStatus: 'pending', mediaId: null });
    await fetch(message.id);
    await fetch(message.id);
    const after = await find(message.providerMessageId!);
    expect(after).toMatchObject({ attachmentStatus: 'stored' });
    const [file] = await world.ctx.db.select().from(media).where(eq(media.id, after.mediaId!));
    expect(file).toMatchObject({ organizationId: world.acme.organizationId, ...known });
    const answer = await world.asAcme('GET', `/v1/media/${after.mediaId}/content`);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await world.asGlobex('GET', `/v1/media/${after.mediaId}/content`)).status).toBe(404);
    const told = await world.ctx.db.execute<{ data: object }>(
      sql`select data from live_events where type = 'message.attachment-changed' and data->>'messageId' = ${message.id}`,
    );
    expect(told).toMatchObject([{ data: { attachmentStatus: 'stored', mediaId: after.mediaId } }]);
  });

  it('its job is queued with the message, and done', async () => {
    const message = await arrives({ kind: 'image' });
    expect(await waiting(message.id)).toHaveLength(1);
    await world.drain();
    expect(await find(message.providerMessageId!)).toMatchObject({ attachmentStatus: 'stored' });
  });

  it('larger than is kept is refused: by what it says before it is fetched, by what it is after', async () => {
    const large = png(2, 2, 'x'.repeat(1_200_000)).toString('base64');
    const honest = await arrives({ kind: 'image', file: large });
    const nobody = { at: () => ({ fetchFile: () => Promise.reject(new Error('asked')) }), close() {} };
    await fetch(honest.id, 0, { ...world.ctx, evolution: nobody } as never);
    const liar = await arrives({ kind: 'image', file: large });
    await world.ctx.db
      .update(messages)
      .set({ content: { sizeBytes: 10 } })
      .where(eq(messages.id, liar.id));
    await fetch(liar.id);
    for (const { providerMessageId } of [honest, liar])
      expect(await find(providerMessageId!)).toMatchObject({ attachmentStatus: 'refused', mediaId: null });
  });

  it('while Evolution does not answer it waits, longer each time, and is lost after a day', async () => {
    const message = await arrives({ kind: 'image' });
    const ctx = {
      ...world.ctx,
      evolution: {
        at: () => ({ fetchFile: async () => ({ kind: 'unknown', reason: 'timeout', cause: '' }) }),
        close() {},
      },
    } as never;
    const [first] = await waiting(message.id);
    await fetch(message.id, 0, ctx);
    const [second] = await waiting(message.id);
    expect(second!.data.tries).toBe(first!.data.tries + 1);
    for (let tries = 1; tries < 7; tries++) {
      await fetch(message.id, tries, ctx);
      expect(await find(message.providerMessageId!)).toMatchObject({ attachmentStatus: 'pending' });
    }
    await fetch(message.id, 7, ctx);
    expect(await find(message.providerMessageId!)).toMatchObject({ attachmentStatus: 'lost' });
  });

  it('G8: a worker killed between any two steps leaves it to be done again, stored once', async () => {
    const message = await arrives({ kind: 'document', fileName: 'Sözleşme.pdf' });
    const kill = new Error('killed');
    const dies = (at: 'fetch' | 'write' | 'commit') =>
      ({
        ...world.ctx,
        ...(at === 'fetch' && { evolution: { at: () => ({ fetchFile: () => Promise.reject(kill) }), close() {} } }),
        ...(at === 'write' && { storage: { ...world.ctx.storage, hold: () => Promise.reject(kill) } }),
        ...(at === 'commit' && {
          beforeCommit: async () => {
            throw kill;
          },
        }),
      }) as typeof world.ctx;
    for (const step of ['fetch', 'write', 'commit'] as const) {
      await expect(fetch(message.id, 0, dies(step))).rejects.toThrow('killed');
      expect(await find(message.providerMessageId!)).toMatchObject({ attachmentStatus: 'pending', mediaId: null });
    }
    await Promise.all([fetch(message.id), fetch(message.id)]);
    const after = await find(message.providerMessageId!);
    expect(after.attachmentStatus).toBe('stored');
    expect(await world.ctx.db.select().from(media).where(eq(media.fileName, 'Sözleşme.pdf'))).toMatchObject([
      { id: after.mediaId },
    ]);
  });

  it('of a message taken back meanwhile is not kept', async () => {
    const message = await arrives({ kind: 'image' });
    await world.ctx.db.update(messages).set({ recalledAt: new Date() }).where(eq(messages.id, message.id));
    await fetch(message.id);
    expect(await find(message.providerMessageId!)).toMatchObject({ attachmentStatus: 'lost', mediaId: null });
  });
});

describe('what people can send in the sandbox', () => {
  it.each<[string, object]>([
    ['text', { kind: 'text', body: 'x' }],
    ['round-video', { kind: 'video', content: { round: true } }],
    ['audio', { kind: 'audio' }],
    ['sticker', { kind: 'sticker' }],
    ['location', { kind: 'location', content: { latitude: 41.0256 } }],
    ['live-location', { kind: 'location', content: { live: true } }],
    ['contact', { kind: 'contact', content: { contacts: [{ phones: ['+905321110001'] }] } }],
    ['contacts', { kind: 'contact', body: 'x, x' }],
    ['poll', { kind: 'poll', content: { options: ['Evet', 'Hayır'] } }],
    ['button-reply', { kind: 'text', body: 'x', content: { button: { id: 'y' } } }],
    ['list-reply', { kind: 'text', body: 'x', content: { list: { rowId: 'row-1' } } }],
    ['reaction', { kind: 'reaction', body: 'x' }],
    ['reply', { kind: 'text', inReplyTo: '3EB0X' }],
    ['order', { kind: 'unsupported', content: { type: 'orderMessage' } }],
  ])('%s', async (kind, row) => expect(await arrives({ kind, text: 'x' })).toMatchObject(row));

  it('wrapped as disappearing or to be seen once; not in groups', async () => {
    expect(await arrives({ kind: 'text', text: 'gizli', wrapped: 'ephemeral' })).toMatchObject({ body: 'gizli' });
    const { id } = (await world.control('POST', `/inbound/${providerName}`, {
      from: FROM,
      group: true,
      text: 'grupta',
    })) as { id: string };
    expect(await arrives({ kind: 'image', wrapped: 'view-once' })).toMatchObject({
      kind: 'image',
      content: { viewOnce: true },
    });
    expect(await find(id)).toBeUndefined();
  });
});
