import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { createIdentity } from '#src/emails/create-identity.ts';
import { createAddressees } from '#test/emails/mailing-scene.ts';
import type { Answer, Member } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';

export type EmailScene = World & { identityId: string };

/** A world in which acme has a sending identity, verified in its database only. Mails go to the sandbox mailbox. */
export async function emailScene(options: Parameters<typeof createWorld>[0] = {}): Promise<EmailScene> {
  const world = await createWorld(options);
  return { ...world, identityId: await giveIdentity(world, world.acme) };
}

export async function giveIdentity(
  world: World,
  member: Member,
  { fromEmail = 'bilgi@cinar.example', verified = true } = {},
): Promise<string> {
  const sender = { fromName: 'Çınar Mağazası', tradeName: 'Çınar & Şahin Ltd.', contact: 'Bağdat Cad. 12, İstanbul' };
  const { id } = await createIdentity(member.ctx, { ...sender, fromEmail });
  if (verified)
    await world.ctx.db.execute(sql`
      update sending_identities set status = 'verified', verified_at = ${world.clock.now().toISOString()}::timestamptz where id = ${id}`);
  return id;
}

/** A good body, to everybody in the group or to Ayşe and Burak. */
export const emailBody = (world: World, groupId: string | null = null, more: object = {}) => ({
  name: 'Bahar',
  channel: 'email',
  audience: groupId ? { groupIds: [groupId] } : { customerIds: Object.values(world.customers) },
  startAt: null,
  subject: 'Merhaba {{ firstName }}',
  html: '<p>Günaydın {{ firstName }}, <a href="https://cinar.example/bahar">bahar</a> geldi.</p>',
  ...more,
});

/** Customers with consent, at these addresses, in a group. */
export async function createReaders(world: World, member: Member, addresses: string[]): Promise<string> {
  const groupId = await createAddressees(world, member, addresses.length);
  for (const [i, address] of addresses.entries())
    await world.ctx.db.execute(sql`
      update customers c set email = ${address} from group_members g
      where g.group_id = ${groupId} and g.customer_id = c.id and c.email = ${`m${i + 1}@example.com`}`);
  return groupId;
}

export async function makeCampaign(world: World, body: object, who: Member = world.acme): Promise<string> {
  const response = await who.call('POST', '/v1/campaigns', body);
  if (response.status !== 201) throw new Error(JSON.stringify(await response.json()));
  return (await response.json()).id;
}

export type CampaignHandle = ReturnType<typeof handleOf>;

export const handleOf = (world: World, id: string, who: Member = world.acme) => ({
  id,
  read: async () => (await who.call('GET', `/v1/campaigns/${id}`)).json(),
  recipients: async () => (await (await who.call('GET', `/v1/campaigns/${id}/recipients`)).json()).data,
  act: (action: string, body?: object) => who.call('POST', `/v1/campaigns/${id}/${action}`, body),
});

/** What the sandbox mailbox holds, newest first: whom for and with which subject. */
export async function mailbox(world: World): Promise<{ id: string; to: string; subject: string }[]> {
  const rows = await world.ctx.db.execute<{ id: string; to: string; subject: string }>(
    sql`select id, recipients[1] as "to", subject from sandbox_mails where not rejected order by id desc`,
  );
  return [...rows];
}

/** The fields that a 400 names. */
export const pathsOf = async (answer: Answer | Promise<Answer>): Promise<string[]> => {
  const response = await answer;
  expect(response.status).toBe(400);
  return (await response.json()).errors.map(({ path }: { path: string }) => path);
};

export const codeOf = async (answer: Promise<Answer>) => {
  const response = await answer;
  return [response.status, (await response.json()).code];
};

/** All that a refused request must leave alone. */
export const everythingOf = async (world: World): Promise<string> =>
  (
    await world.ctx.db.execute<{ all: string }>(sql`
      select jsonb_build_array((select jsonb_agg(c order by id) from campaigns c), (select count(*) from email_contents), (select jsonb_agg(t) from subject_tests t),
        (select jsonb_agg(r order by id) from campaign_recipients r), (select count(*) from activities))::text as all`)
  )[0]!.all;
