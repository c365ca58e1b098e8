import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { AYSE, chat } from './chat-scene.ts';

const scene = await chat();
afterAll(() => scene[Symbol.asyncDispose]());
const { acme, globex, ctx, clean, consultant, ayseSays } = scene;

describe('what colleagues do', () => {
  it('PATCH /v1/conversations/{id}: 200 closes and assigns; 400: a stranger; another organization: 404', async () => {
    await clean();
    const { conversationId } = await ayseSays('x');
    const change = (body: object, member = acme) => member.call('PATCH', `/v1/conversations/${conversationId}`, body);
    expect(await (await change({ assigneeId: acme.userId, status: 'closed' })).json()).toMatchObject({
      status: 'closed',
      assigneeId: acme.userId,
    });
    expect(await (await change({ assigneeId: null })).json()).toMatchObject({ status: 'closed', assigneeId: null });
    expect((await (await change({ assigneeId: globex.userId })).json()).errors[0].path).toBe('assigneeId');
    expect((await change({ status: 'open' }, globex)).status).toBe(404);
  });

  it('POST /v1/conversations/{id}/read: 200: nothing is unread, and WhatsApp is told once', async () => {
    await clean();
    const heard = [await ayseSays('1'), await ayseSays('2')];
    const id = heard[0]!.conversationId;
    for (let i = 0; i < 2; i++)
      expect(await (await acme.call('POST', `/v1/conversations/${id}/read`)).json()).toMatchObject({ unreadCount: 0 });
    await scene.drain();
    const read = scene.simulator
      .deeds()
      .filter(({ deed }) => deed === 'read')
      .map(({ of }) => of);
    expect(read.sort()).toEqual(heard.map(({ providerMessageId }) => providerMessageId).sort());
    expect((await globex.call('POST', `/v1/conversations/${id}/read`)).status).toBe(404);
  });

  it('POST /v1/conversations/{id}/read: 200 also when Evolution fails; it is tried three times', async () => {
    await clean();
    const { conversationId } = await ayseSays('3');
    const [{ url }] = (await ctx.db.execute(sql`select url from evolution_servers`)) as unknown as [{ url: string }];
    await ctx.db.execute(sql`update evolution_servers set url = 'http://127.0.0.1:9/gone'`);
    expect((await acme.call('POST', `/v1/conversations/${conversationId}/read`)).status).toBe(200);
    await scene.drain();
    await ctx.db.execute(sql`update evolution_servers set url = ${url}`);
    const jobs = await ctx.db.execute<{ tries: number }>(sql`
      select (data ->> 'tries')::int as tries from pgboss.job
      where name = 'conversations.send-read-receipts' and data ->> 'conversationId' = ${conversationId} order by created_on`);
    expect(jobs.map(({ tries }) => tries)).toEqual([1, 2, 3]);
  });

  it('POST /v1/conversations/{id}/typing: 204 shows it; 409 through a closed number', async () => {
    await clean();
    const { conversationId } = await ayseSays('x');
    const type = (member = acme, body: object = { seconds: 1 }) =>
      member.call('POST', `/v1/conversations/${conversationId}/typing`, body);
    expect((await type()).status).toBe(204);
    const typed = () => scene.simulator.deeds().filter(({ deed }) => deed === 'typing');
    await expect.poll(typed, { timeout: 15_000 }).toMatchObject([{ of: AYSE.slice(1) }]);
    expect((await type(acme, { seconds: 26 })).status).toBe(400);
    expect((await type(globex)).status).toBe(404);
    await ctx.db.execute(sql`update instances set status = 'closed'`);
    expect((await type()).status).toBe(409);
    await ctx.db.execute(sql`update instances set status = 'open'`);
  });

  it('notes: written, read by colleagues in order, changed and deleted by who wrote them alone', async () => {
    await clean();
    const { conversationId } = await ayseSays('x');
    const colleague = await consultant();
    await acme.call('PATCH', `/v1/conversations/${conversationId}`, { assigneeId: colleague.userId });
    const first = await (
      await acme.call('POST', `/v1/conversations/${conversationId}/notes`, { text: ' İndirim istiyor ' })
    ).json();
    expect(first).toMatchObject({ text: 'İndirim istiyor', user: { id: acme.userId } });
    await colleague.call('POST', `/v1/conversations/${conversationId}/notes`, { text: 'Verdim' });
    const { data } = await (await colleague.call('GET', `/v1/conversations/${conversationId}/notes?limit=1`)).json();
    expect(data).toMatchObject([{ text: 'İndirim istiyor' }]);
    expect(
      (await colleague.call('PATCH', `/v1/conversations/${conversationId}/notes/${first.id}`, { text: 'x' })).status,
    ).toBe(403);
    expect((await colleague.call('DELETE', `/v1/conversations/${conversationId}/notes/${first.id}`)).status).toBe(403);
    expect(
      (await globex.call('PATCH', `/v1/conversations/${conversationId}/notes/${first.id}`, { text: 'x' })).status,
    ).toBe(404);
    expect(
      await (
        await acme.call('PATCH', `/v1/conversations/${conversationId}/notes/${first.id}`, { text: 'Yüzde on' })
      ).json(),
    ).toMatchObject({ text: 'Yüzde on' });
    expect((await acme.call('DELETE', `/v1/conversations/${conversationId}/notes/${first.id}`)).status).toBe(204);
    expect((await acme.call('DELETE', `/v1/conversations/${conversationId}/notes/${first.id}`)).status).toBe(404);
    const left = await (await acme.call('GET', `/v1/conversations/${conversationId}/notes`)).json();
    expect(left.data).toMatchObject([{ text: 'Verdim', user: { id: colleague.userId } }]);
  });
});
