import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Simulator } from '#evolution/simulator/start-simulator.ts';
import { createApiKey } from '#src/accounts/create-api-key.ts';
import { type Scope, scopes } from '#src/accounts/scopes.ts';
import { instances } from '#src/db/schema/instances.ts';
import { saveSandboxMail } from '#src/emails/sandbox/save-sandbox-mail.ts';
import { openInstance, startQuickSimulator, storeMedia } from '#test/campaigns/stage.ts';
import { createMember, type Member } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { sign } from '#test/webhooks/inbound/evolution/hook-world.ts';

/** A world in which acme owns one of everything. */
export type Scene = AsyncDisposable & {
  world: World;
  simulator: Simulator;
  /** A platform admin, banned. */
  banned: Member;
  /** acme's, by kind. */
  ids: Record<Kind, string>;
  /** globex's own. */
  globex: { groupId: string; customerId: string };
  hook: { secret: string; bearer: string; instance: string };
  /** acme's API keys: one with a single scope, one with every scope but that one. */
  only(scope: string): string;
  allBut(scope: string): string;
  adminKey: string;
  /** Every table's rows and every stored file, digested. */
  fingerprint(): Promise<Record<string, string>>;
};

const kinds = [
  'customer',
  'group',
  'suppression',
  'import',
  'media',
  'instance',
  'campaign',
  'recipient',
  'apiKey',
  'member',
  'user',
  'server',
  'identity',
  'sender',
  'mail',
  'mailing',
] as const;
export type Kind = (typeof kinds)[number];

const IDENTITY = { fromName: 'Acme', fromEmail: 'haber@acme.example.com', tradeName: 'Acme A.Ş.', contact: 'İstanbul' };
const MAIL = Buffer.from('Subject: Merhaba\r\nContent-Type: text/html\r\n\r\n<p>Merhaba</p>\r\n');

export async function createScene(): Promise<Scene> {
  const simulator = await startQuickSimulator();
  const world = await createWorld();
  const { ctx, acme, globex, admin } = world;
  const banned = await createMember(ctx, world.call, 'banned', { admin: true });
  await ctx.db.execute(sql`update users set banned = true where id = ${banned.userId}`);
  const ids = await createOneOfEach(world, simulator);
  const keyFor = async (member: Member, granted: readonly Scope[]) =>
    (await createApiKey(member.ctx, { name: 'key', scopes: [...granted], expiresAt: null })).key;
  const keys = new Map<string, string>();
  for (const scope of scopes) {
    keys.set(`only ${scope}`, await keyFor(acme, [scope]));
    keys.set(
      `all but ${scope}`,
      await keyFor(
        acme,
        scopes.filter((other) => other !== scope),
      ),
    );
  }
  const tables = await listTables(world);
  return {
    world,
    simulator,
    banned,
    ids,
    globex: {
      groupId: await idOf(globex.call('POST', '/v1/groups', { name: 'Theirs' })),
      customerId: await idOf(globex.call('POST', '/v1/customers', { firstName: 'Elif' })),
    },
    hook: await readHook(world),
    only: (scope) => keys.get(`only ${scope}`)!,
    allBut: (scope) => keys.get(`all but ${scope}`)!,
    adminKey: await keyFor(admin, scopes),
    fingerprint: () => fingerprint(world, tables),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

async function createOneOfEach(world: World, simulator: Simulator): Promise<Record<Kind, string>> {
  const { ctx, acme, customers, globex } = world;
  const instance = await openInstance(ctx, acme, simulator);
  const audience = { customerIds: [customers.ayse] };
  const campaign = {
    name: 'March',
    channel: 'whatsapp',
    text: 'Merhaba',
    startAt: '2026-03-03T12:00:00+03:00',
    audience,
  };
  const member = { email: 'selin@example.com', name: 'Selin', password: 'correct horse battery', role: 'consultant' };
  const campaignId = await idOf(acme.call('POST', '/v1/campaigns', campaign));
  const recipients = await (await acme.call('GET', `/v1/campaigns/${campaignId}/recipients`)).json();
  const sender = await idOf(
    acme.call('POST', '/v1/sending-identities', { ...IDENTITY, fromEmail: 'info@acme.example.com' }),
  );
  const identity = await idOf(acme.call('POST', '/v1/sending-identities', IDENTITY));
  const { text: _, ...shared } = campaign;
  const mailing = { ...shared, from: sender, channel: 'email', subject: 'Merhaba', html: '<p>Merhaba</p>' };
  const servers = await ctx.db.execute<{ id: string }>(sql`select id from evolution_servers`);
  return {
    customer: customers.ayse,
    group: await idOf(acme.call('POST', '/v1/groups', { name: 'Ours' })),
    suppression: (await (await acme.call('GET', '/v1/suppressions')).json()).data[0].id,
    import: await idOf(acme.call('POST', '/v1/customers/import', 'firstName\nFatma\n', { 'content-type': 'text/csv' })),
    media: await storeMedia(ctx, acme, 'image'),
    instance,
    campaign: campaignId,
    recipient: recipients.data[0].id,
    apiKey: await idOf(acme.call('POST', '/v1/api-keys', { name: 'crm', scopes: ['customers:read'] })),
    member: (await (await acme.call('POST', '/v1/organization/members', member)).json()).userId,
    user: globex.userId,
    server: servers[0]!.id,
    identity,
    sender,
    mailing: await idOf(acme.call('POST', '/v1/campaigns', mailing)),
    mail: await saveSandboxMail(ctx, { sender: 'a@example.com', recipients: ['b@example.com'], raw: MAIL }),
  };
}

async function idOf(answer: ReturnType<Member['call']>): Promise<string> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()).id;
}

async function readHook({ ctx }: World): Promise<Scene['hook']> {
  const [row] = await ctx.db.select().from(instances);
  const bearer = `Bearer ${await sign(ctx.secrets.open(row!.webhookJwtKey))}`;
  return { secret: ctx.secrets.open(row!.webhookSecret), bearer, instance: row!.providerName };
}

/** All but the one in which pg-boss notes once a minute that it looked. */
async function listTables({ ctx }: World): Promise<string[]> {
  const rows = await ctx.db.execute<{ name: string }>(sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'pgboss', 'drizzle') and (schemaname, tablename) <> ('pgboss', 'version') order by 1`);
  return rows.map(({ name }) => name);
}

async function fingerprint({ ctx, dataDir }: World, tables: string[]): Promise<Record<string, string>> {
  const digests = tables.map(
    (name) =>
      `select '${name}' as name, count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as digest from ${name} t`,
  );
  const rows = await ctx.db.execute<{ name: string; digest: string }>(sql.raw(digests.join(' union all ')));
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return { ...Object.fromEntries(rows.map(({ name, digest }) => [name, digest])), files: files.sort().join('\n') };
}
