import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { runRecall } from '#src/campaigns/run-recall.ts';
import { createGroupOf, endingsFrom, pumpDry } from '#test/campaigns/stage.ts';
import { AYSE, chat } from './chat-scene.ts';

const scene = await chat();
afterAll(() => scene[Symbol.asyncDispose]());
const { acme, globex, ctx } = scene;
const recalls = () =>
  scene.simulator
    .deeds()
    .filter(({ deed }) => deed === 'recall')
    .map(({ of }) => of);
const recall = (id: string, member = acme) => member.call('POST', `/v1/messages/${id}/recall`);
const never = new AbortController().signal;

async function sentOne(text: string): Promise<string> {
  const { messages } = await scene.written({ phone: AYSE, text });
  await scene.pump();
  return messages[0]!.id;
}

/** A campaign of which everybody has his message. */
async function sentCampaign(first: number, count: number): Promise<string> {
  const groupId = await createGroupOf(ctx, acme, count, endingsFrom(first, count));
  const asked = {
    name: 'Yanlış',
    channel: 'whatsapp',
    text: 'Yanlış metin',
    audience: { groupIds: [groupId] },
    startAt: null,
  };
  const { id } = await (await acme.call('POST', '/v1/campaigns', asked)).json();
  await scene.drain();
  await pumpDry(ctx);
  return id;
}
const begin = (id: string, sentWithinMinutes = 10, member = acme) =>
  member.call('POST', `/v1/campaigns/${id}/recall`, { sentWithinMinutes });

describe('POST /v1/messages/{id}/recall', () => {
  it('200: is deleted for everyone, once; its credit stays spent', async () => {
    const id = await sentOne('yanlış kişiye');
    const before = await scene.credits();
    const { providerMessageId } = await scene.row(id);
    const answers = [await recall(id), await recall(id)];
    expect(await answers[0]!.json()).toMatchObject({ recalledAt: expect.any(String), status: 'sent' });
    expect(answers[1]!.status).toBe(200);
    expect(recalls()).toEqual([providerMessageId]);
    expect(await scene.credits()).toEqual(before);
    expect(await scene.ledger()).toEqual([]);
  });

  it('DELETE /v1/messages/{id} of one that went out recalls it', async () => {
    const id = await sentOne('geri al');
    expect(await (await acme.call('DELETE', `/v1/messages/${id}`)).json()).toMatchObject({
      recalledAt: expect.any(String),
    });
    expect(recalls()).toContain((await scene.row(id)).providerMessageId);
  });

  it('404, 409: of another organization; too old; not ours; not out; the number closed', async () => {
    const id = await sentOne('eski');
    expect((await recall(id, globex)).status).toBe(404);
    await ctx.db.execute(sql`update instances set status = 'closed'`);
    expect(await (await recall(id)).json()).toMatchObject({ status: 409, code: 'instance-not-open' });
    await ctx.db.execute(sql`update instances set status = 'open'`);
    await ctx.db.execute(sql`update messages set sent_at = sent_at - interval '60 hours 1 second' where id = ${id}`);
    expect((await recall(id)).status).toBe(409);
    const { messageId } = await scene.hear(AYSE, 'gelen');
    expect((await recall(messageId)).status).toBe(409);
    const waiting = (await scene.written({ phone: AYSE, text: 'bekliyor' })).messages[0]!.id;
    expect((await recall(waiting)).status).toBe(409);
    await scene.pump();
  });

  it('503: while Evolution does not answer; nothing is written down', async () => {
    const id = await sentOne('sunucu yok');
    const [server] = await ctx.db.execute<{ url: string }>(sql`select url from evolution_servers`);
    await ctx.db.execute(sql`update evolution_servers set url = 'http://127.0.0.1:9/gone'`);
    expect(await (await recall(id)).json()).toMatchObject({ status: 503, code: 'whatsapp-unavailable' });
    await ctx.db.execute(sql`update evolution_servers set url = ${server!.url}`);
    expect((await scene.row(id)).recalledAt).toBeNull();
    expect((await recall(id)).status).toBe(200);
  });
});

describe('POST /v1/campaigns/{id}/recall', () => {
  it('202: takes back what went out within the time, each once, and no credit; GET tells how far it is', async () => {
    const id = await sentCampaign(6000, 4);
    const [old] = await ctx.db.execute<{ id: string }>(sql`
      update messages set sent_at = sent_at - interval '1 hour', dispatched_at = dispatched_at - interval '1 hour'
      where id = (select id from messages where campaign_id = ${id} order by id limit 1) returning id`);
    const before = await scene.credits();
    const since = recalls().length;
    expect((await acme.call('GET', `/v1/campaigns/${id}/recall`)).status).toBe(404);
    const answers = await Promise.all([begin(id), begin(id)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    expect(bodies[0]).toMatchObject({ status: 'running', total: 3, recalled: 0 });
    expect(bodies[1].id).toBe(bodies[0].id);
    await scene.drain();
    expect(await (await acme.call('GET', `/v1/campaigns/${id}/recall`)).json()).toMatchObject({
      status: 'completed',
      total: 3,
      recalled: 3,
      failed: 0,
    });
    expect(recalls().slice(since)).toHaveLength(3);
    expect((await scene.row(old!.id)).recalledAt).toBeNull();
    expect(await scene.credits()).toEqual(before);
    expect(await (await begin(id)).json()).toMatchObject({ status: 'completed', total: 0 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('202: pauses one that is running first; 404: of another organization; 400: more than 60 hours', async () => {
    const groupId = await createGroupOf(ctx, acme, 1, ['0007']);
    const asked = { name: 'x', channel: 'whatsapp', text: 'x', audience: { groupIds: [groupId] }, startAt: null };
    const { id } = await (await acme.call('POST', '/v1/campaigns', asked)).json();
    await scene.drain();
    expect((await begin(id, 10, globex)).status).toBe(404);
    expect((await begin(id, 3601)).status).toBe(400);
    expect((await begin(id)).status).toBe(202);
    expect(await (await acme.call('GET', `/v1/campaigns/${id}`)).json()).toMatchObject({ status: 'paused' });
    await acme.call('POST', `/v1/campaigns/${id}/cancel`);
    await scene.drain();
  });

  it('takes slots of the lane: nothing leaves between, and it waits its turn', async () => {
    const id = await sentCampaign(6010, 2);
    await ctx.db.execute(sql`update user_settings set delay_min_seconds = 30, delay_max_seconds = 30`);
    const { id: recallId } = await (await begin(id)).json();
    const since = recalls().length;
    await runRecall(ctx, recallId, never);
    expect(recalls()).toHaveLength(since + 1);
    await scene.written({ phone: AYSE, text: 'bekler' });
    expect(await scene.pump()).toBe(0);
    await runRecall(ctx, recallId, never);
    expect(recalls()).toHaveLength(since + 1);
    scene.clock.advance({ seconds: 30 });
    await runRecall(ctx, recallId, never);
    expect(recalls()).toHaveLength(since + 2);
    await ctx.db.execute(sql`update user_settings set delay_min_seconds = 0, delay_max_seconds = 0`);
    scene.clock.advance({ seconds: 30 });
    await scene.drain();
    expect(await (await acme.call('GET', `/v1/campaigns/${id}/recall`)).json()).toMatchObject({
      status: 'completed',
      recalled: 2,
    });
    expect(await scene.pump()).toBe(1);
  });

  it('a run killed after taking back and before counting: the next goes on and the sum is right', async () => {
    const id = await sentCampaign(6020, 3);
    const { id: recallId } = await (await begin(id)).json();
    await ctx.db.execute(sql`
      create function lose_count() returns trigger language plpgsql as $$ begin
        if new.reached_id is distinct from old.reached_id then raise exception 'killed'; end if; return new; end $$;
      create trigger lose_count before update on campaign_recalls for each row execute function lose_count()`);
    await expect(runRecall(ctx, recallId, never)).rejects.toThrow();
    await ctx.db.execute(sql`drop trigger lose_count on campaign_recalls`);
    await ctx.db.execute(sql`delete from pgboss.job where name = 'campaigns.recall'`);
    scene.clock.advance({ minutes: 16 });
    await scene.sweep();
    await scene.drain();
    expect(await (await acme.call('GET', `/v1/campaigns/${id}/recall`)).json()).toMatchObject({
      status: 'completed',
      total: 3,
      recalled: 3,
    });
  });
});
