import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { stage } from './scene.ts';
import { pumpDry } from './stage.ts';

type Scene = Awaited<ReturnType<typeof stage>>;

const mails = (scene: Scene) =>
  scene.ctx.db.execute<{ kind: string; address: string; language: string }>(
    sql`select kind, address, language from mails order by id`,
  );
const kinds = async (scene: Scene) => (await mails(scene)).map(({ kind }) => kind);
const wish = (scene: Scene, wishes: object) => scene.acme.call('PUT', '/v1/settings', { mails: wishes });
const finish = async (scene: Scene) => {
  await pumpDry(scene.ctx);
  await scene.drain();
  expect(await scene.campaign()).toMatchObject({ status: 'completed' });
};

it('a campaign that is over: its user is told once, in his language; nobody whose address is not confirmed', async () => {
  await using told = await stage({ count: 2 });
  await wish(told, { campaignFinished: true });
  await finish(told);
  await told.sweep();
  expect(await mails(told)).toMatchObject([{ kind: 'campaign-finished', language: 'tr' }]);
  const { text } = await (await told.call('GET', `/sandbox/mail/${await newestMail(told)}`)).json();
  expect(text).toContain('Gönderilen: 2 · Başarısız: 0');
  await using unconfirmed = await stage({ count: 1 });
  await wish(unconfirmed, { campaignFinished: true });
  await unconfirmed.ctx.db.execute(sql`update users set email_verified = false`);
  await finish(unconfirmed);
  expect(await mails(unconfirmed)).toEqual([]);
});

const newestMail = async (scene: Scene): Promise<string> =>
  (await (await scene.call('GET', '/sandbox/mail')).json()).data[0].id;

it('nor one who does not wish it', async () => {
  await using scene = await stage({ count: 1 });
  expect((await wish(scene, { campaignFinished: false })).status).toBe(200);
  await finish(scene);
  expect(await mails(scene)).toEqual([]);
});

it('credits that fall below what the user set: told when they do, and not again before they were above it', async () => {
  await using scene = await stage({ count: 3 });
  await wish(scene, { campaignFinished: false, creditsBelow: 996 });
  const body = {
    name: 'Yaz',
    channel: 'whatsapp',
    text: 'Merhaba',
    audience: { customerIds: [scene.customers.ayse, scene.customers.burak] },
  };
  const create = async () => expect((await scene.acme.call('POST', '/v1/campaigns', body)).status).toBe(201);
  expect(await kinds(scene)).toEqual([]);
  await create();
  expect(await kinds(scene)).toEqual(['credits-low']);
  await create();
  expect(await kinds(scene)).toEqual(['credits-low']);
  const topUp = { amount: 100, note: 'Havale' };
  await scene.admin.call('POST', `/v1/admin/users/${scene.acme.userId}/credits`, topUp);
  await wish(scene, { creditsBelow: 1092 });
  await create();
  expect(await kinds(scene)).toEqual(['credits-low', 'credits-low']);
  await wish(scene, { creditsBelow: null });
  await create();
  expect(await kinds(scene)).toHaveLength(2);
});
