import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { applyOptOuts } from '#src/messages/apply-opt-outs.ts';
import { pumpDry } from '#test/campaigns/stage.ts';
import { AYSE, BURAK, chat } from './chat-scene.ts';

it('an erased customer: what was said, names and phones go; that it was said, the ledger and the suppression stay', async () => {
  await using scene = await chat();
  const { acme, ctx, customers } = scene;
  const { conversationId } = await scene.hear(AYSE, 'Adresim: Bağdat Caddesi 12');
  await ctx.db.execute(
    sql`update conversations set profile_name = 'Ayşecik', lid = '123' where id = ${conversationId}`,
  );
  await ctx.db.execute(sql`insert into lids values (${acme.organizationId}, '123', ${AYSE}, now())`);
  await acme.call('POST', `/v1/conversations/${conversationId}/notes`, { text: 'Ayşe Hanım’ın adresi' });
  await scene.written({ customerId: customers.ayse, text: 'Kargonuz Bağdat Caddesi’ne geldi' });
  await pumpDry(ctx);
  const other = await scene.hear(BURAK, 'ben kalırım');
  await applyOptOuts(ctx, [
    { instanceId: scene.instanceId, phone: AYSE, providerMessageId: 'X', text: 'İPTAL', at: scene.clock.now() },
  ]);
  await scene.ctx.db.execute(sql`delete from suppressions where phone = ${AYSE} and reason = 'opt-out'`);
  const waiting = (await scene.written({ customerId: customers.ayse, text: 'Bekleyen' })).messages[0]!.id;
  expect((await acme.call('POST', `/v1/customers/${customers.ayse}/erase`)).status).toBe(204);
  await scene.drain();
  expect(await scene.row(waiting)).toMatchObject({ status: 'cancelled', statusReason: 'customer-deleted' });
  expect(await scene.credits()).toMatchObject({ heldCredit: 0 });
  await pumpDry(ctx);
  await scene.drain();
  const left = await ctx.db.execute<{ text: string }>(sql`
    select c::text || m::text || coalesce(n::text, '') || coalesce(l::text, '') as text
    from conversations c join messages m on m.conversation_id = c.id
    left join conversation_notes n on n.conversation_id = c.id left join lids l on true where c.id = ${conversationId}`);
  expect(left.length).toBeGreaterThan(2);
  for (const { text } of left) expect(text).not.toMatch(/Bağdat|Ayşe|ayse|532111|123,/);
  expect((await acme.call('POST', `/v1/conversations/${conversationId}/messages`, { text: 'x' })).status).toBe(409);
  expect(await scene.messages(other.conversationId)).toMatchObject([{ text: 'ben kalırım' }]);
  expect(await scene.ledger()).toEqual([]);
});

it('the free answer to an opt-out stands in its conversation', async () => {
  await using scene = await chat();
  const { conversationId } = await scene.hear(AYSE, 'İPTAL');
  await applyOptOuts(scene.ctx, [
    { instanceId: scene.instanceId, phone: AYSE, providerMessageId: 'X', text: 'İPTAL', at: scene.clock.now() },
  ]);
  const before = await scene.credits();
  await scene.pump();
  expect(await scene.messages(conversationId)).toMatchObject([
    { text: expect.stringContaining('Talebinizi aldık'), direction: 'out', status: 'sent' },
    { text: 'İPTAL', direction: 'in' },
  ]);
  expect(await scene.credits()).toEqual(before);
  expect(
    (await scene.acme.call('POST', `/v1/conversations/${conversationId}/messages`, { text: 'Yine de' })).status,
  ).toBe(409);
});
