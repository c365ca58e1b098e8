import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Simulator } from '#evolution/simulator/start-simulator.ts';
import { createApiKey } from '#src/accounts/create-api-key.ts';
import { type Scope, scopes } from '#src/accounts/scopes.ts';
import { openConversation } from '#src/conversations/open-conversation.ts';
import { instances } from '#src/db/schema/instances.ts';
import { webhookDeliveries, webhookReplays } from '#src/db/schema/webhooks.ts';
import { saveSandboxMail } from '#src/emails/sandbox/save-sandbox-mail.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { newId } from '#src/platform/ids.ts';
import { openInstance, pumpDry, startQuickSimulator, storeMedia } from '#test/campaigns/stage.ts';
import { putWell } from '#test/files/filing.ts';
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
  'customField',
  'group',
  'segment',
  'suppression',
  'import',
  'draft',
  'media',
  'file',
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
  'conversation',
  'message',
  'sentMessage',
  'note',
  'template',
  'letter',
  'endpoint',
  'delivery',
  'replay',
  'stranger',
  'interaction',
  'report',
  'sms',
  'appointment',
  'visit',
  'meeting',
  'mistake',
  'series',
  'dayOff',
] as const;
export type Kind = (typeof kinds)[number];

const IDENTITY = { fromName: 'Acme', fromEmail: 'haber@acme.example.com', tradeName: 'Acme A.Ş.', contact: 'İstanbul' };
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const TEMPLATE = { name: 'Bizim', language: 'tr', category: 'appointment-reminder' };
const SEGMENT = { name: 'Ours', filter: { field: 'tag', value: ['vip'] } };
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
  const endpoint = await createEndpoint(world);
  const chat = await createChat(world, customers.burak);
  const servers = await ctx.db.execute<{ id: string }>(sql`select id from evolution_servers`);
  return {
    ...chat,
    customer: customers.ayse,
    customField: await idOf(
      acme.call('POST', '/v1/custom-fields', { key: 'size', label: 'Beden', type: 'select', options: ['S', 'M'] }),
    ),
    group: await idOf(acme.call('POST', '/v1/groups', { name: 'Ours' })),
    segment: await idOf(acme.call('POST', '/v1/segments', SEGMENT)),
    suppression: (await (await acme.call('GET', '/v1/suppressions')).json()).data[0].id,
    import: await idOf(acme.call('POST', '/v1/customers/import', 'firstName\nFatma\n', { 'content-type': 'text/csv' })),
    draft: await idOf(acme.call('POST', '/v1/imports/preview', 'firstName\nFatma\n', { 'content-type': 'text/csv' })),
    media: await storeMedia(ctx, acme, 'image'),
    file: (await putWell(acme, customers.ayse, PICTURE, { name: 'a.png' })).id,
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
    template: await idOf(acme.call('POST', '/v1/templates', { ...TEMPLATE, channel: 'whatsapp', text: 'Merhaba' })),
    letter: await idOf(
      acme.call('POST', '/v1/templates', { ...TEMPLATE, channel: 'email', subject: 'a', html: '<p>Merhaba</p>' }),
    ),
    ...endpoint,
    ...(await createCalendar(world)),
    stranger: await createStranger(world, instance),
    report: await idOf(acme.call('POST', '/v1/reports', { kind: 'monthly', month: '2026-01', format: 'csv' })),
    interaction: await idOf(acme.call('POST', `/v1/customers/${customers.ayse}/interactions`, { kind: 'call' })),
    sms: await idOf(acme.call('POST', '/v1/sms', { customerId: customers.burak, text: 'Merhaba' })),
    mail: await saveSandboxMail(ctx, { sender: 'a@example.com', recipients: ['b@example.com'], raw: MAIL }),
  };
}

/** Appointments that were to begin an hour ago, one of which recurs, and a day off. */
async function createCalendar({ acme, customers }: World) {
  const span = { startsAt: '2026-03-02T08:00:00Z', endsAt: '2026-03-02T08:30:00Z' };
  const body = { ...span, customerId: customers.ayse, consultantId: null, title: 'Görüşme' };
  const book = (more: object = {}) => idOf(acme.call('POST', '/v1/appointments', { ...body, ...more }));
  return {
    appointment: await book(),
    visit: await book(),
    meeting: await book(),
    mistake: await book(),
    series: await book({ recurrence: 'FREQ=WEEKLY;COUNT=2' }),
    dayOff: await idOf(acme.call('POST', '/v1/days-off', { fromDate: '2026-05-01' })),
  };
}

/** Somebody who wrote and is nobody's customer. */
async function createStranger({ ctx, acme }: World, instanceId: string): Promise<string> {
  const who = { organizationId: acme.organizationId, instanceId, customerId: null, phone: '+905321119999' };
  return (await openConversation(ctx, who)).id;
}

/** An endpoint with something that waits for it, and a replay that is over. */
async function createEndpoint({ ctx, acme }: World): Promise<Record<'endpoint' | 'delivery' | 'replay', string>> {
  const body = { url: 'https://crm.example.com/hooks', events: ['credits.low'] };
  const endpoint = await idOf(acme.call('POST', '/v1/webhook-endpoints', body));
  await publishLiveEvent(acme.ctx, { type: 'credits.low', data: {} });
  const [delivery] = await ctx.db.select().from(webhookDeliveries);
  const replay = newId();
  const [fromAt, toAt] = [new Date('2026-03-01'), new Date('2026-03-02')];
  const { organizationId } = acme;
  await ctx.db
    .insert(webhookReplays)
    .values({ id: replay, organizationId, endpointId: endpoint, fromAt, toAt, status: 'completed' });
  return { endpoint, delivery: delivery!.id, replay };
}

/** A conversation with a note, a message of ours that went out and one that waits. */
async function createChat({ ctx, acme }: World, customerId: string) {
  const write = async (text: string) => (await acme.call('POST', '/v1/messages', { customerId, text })).json();
  const { conversationId, messages } = await write('Merhaba');
  await pumpDry(ctx);
  const note = await idOf(acme.call('POST', `/v1/conversations/${conversationId}/notes`, { text: 'Calls back' }));
  const waiting = await write('Orada mısınız?');
  return { conversation: conversationId, note, sentMessage: messages[0].id, message: waiting.messages[0].id };
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
