import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { foldText } from '#src/customers/fold-text.ts';
import type { Member } from '#test/support/cast.ts';
import { AYSE, BURAK, chat } from './chat-scene.ts';

const scene = await chat();
afterAll(() => scene[Symbol.asyncDispose]());
const { acme, globex, ctx, clean, ayseSays } = scene;
const list = async (query: string, member: Member = acme) => {
  const response = await member.call('GET', `/v1/conversations${query}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
};
const idsOf = async (query: string, member?: Member): Promise<string[]> =>
  (await list(query, member)).data.map(({ id }: { id: string }) => id);

describe('search', () => {
  it.each([
    'Kırmızı ŞALVAR, İğne Oyası',
    'ışıl IŞIL Işıl ışıl',
    'ÇĞİÖŞÜ çğıöşü',
    'Ödeme  yapıldı\nmı?',
    'Café Straße æther Łódź',
    '０５３２ ﬁyat',
  ])('folds %j in the database as outside', async (text) => {
    const [row] = await ctx.db.execute<{ folded: string }>(sql`select fold_text(${text}) as folded`);
    expect(row!.folded.replaceAll(/\s+/g, ' ')).toBe(foldText(text));
  });

  it('200: by name, phone, profile name and words, whatever the Turkish letters', async () => {
    await clean();
    const ayse = (await ayseSays('Kırmızı ŞALVAR var mı, İzmir’e gönderiyor musunuz?')).conversationId;
    const burak = (await scene.hear(BURAK, 'Teşekkürler')).conversationId;
    await acme.call('PATCH', `/v1/customers/${scene.customers.ayse}`, { firstName: 'Ayşe', lastName: 'Yılmaz' });
    await ctx.db.execute(
      sql`update conversations set profile_name = 'Çiçekçi', search_text = search_text || ' cicekci' where id = ${burak}`,
    );
    const find = (words: string) => idsOf(`?search=${encodeURIComponent(words)}`);
    for (const words of [
      'ayse',
      'AYŞE',
      'yılmaz',
      '0532 111 00 01',
      '1110001',
      'salvar',
      'kirmizi şalvar',
      'IZMIR',
      'gönderiyor',
    ])
      expect(await find(words), words).toEqual([ayse]);
    for (const words of ['Çiçek', 'CICEKCI', 'tesekkur', 'demir', 'burak'])
      expect(await find(words), words).toEqual([burak]);
    expect(await find('zürafa')).toEqual([]);
    expect(await find('100%')).toEqual([]);
    expect(await idsOf('?search=salvar', globex)).toEqual([]);
    await acme.call('PATCH', `/v1/customers/${scene.customers.ayse}`, { firstName: 'Aslı' });
    expect(await find('ASLI')).toEqual([ayse]);
  });

  it('200: a word that is everywhere gives the newest conversations', async () => {
    await clean();
    const ids = [];
    for (const phone of [AYSE, BURAK]) ids.push((await scene.hear(phone, 'merhaba')).conversationId);
    await ctx.db.execute(sql`
      insert into messages (organization_id, user_id, direction, instance_id, conversation_id, kind, address, body, status, said_at)
      select ${acme.organizationId}, ${acme.userId}, 'in', ${scene.instanceId}, ${ids[0]}, 'text', ${AYSE}, 'Merhaba ' || n, 'received', now()
      from generate_series(1, 5100) n`);
    expect((await idsOf('?search=MERHABA')).sort()).toEqual(ids.sort());
  });
});
