import { sql } from 'drizzle-orm';
import type { Simulator } from '#evolution/simulator/start-simulator.ts';
import { createApiKey } from '#src/accounts/create-api-key.ts';
import { type Scope, scopes } from '#src/accounts/scopes.ts';
import { openConversation } from '#src/conversations/open-conversation.ts';
import { sessions } from '#src/db/schema/accounts.ts';
import { instances } from '#src/db/schema/instances.ts';
import { webhookDeliveries, webhookReplays } from '#src/db/schema/webhooks.ts';
import { saveSandboxMail } from '#src/emails/sandbox/save-sandbox-mail.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { readLine } from '#src/logs/read-line.ts';
import { storeLines } from '#src/logs/store-lines.ts';
import { newId } from '#src/platform/ids.ts';
import { openInstance, pumpDry, startQuickSimulator, storeMedia } from '#test/campaigns/stage.ts';
import { putWell } from '#test/files/filing.ts';
import { createMember, createSeat, type Member } from '#test/support/cast.ts';
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
  'leaver',
  'deletion',
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
  'export',
  'ownExport',
  'archive',
  'sms',
  'appointment',
  'visit',
  'meeting',
  'mistake',
  'series',
  'dayOff',
  'activity',
  'error',
  'session',
  'theirSession',
  'signedIn',
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
  const world = await createWorld({ env: { ARCHIVE_LIMIT_MB: '4' } });
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
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

const CAMPAIGN = { name: 'March', channel: 'whatsapp', text: 'Merhaba', startAt: '2026-03-03T12:00:00+03:00' };

async function createOneOfEach(world: World, simulator: Simulator): Promise<Record<Kind, string>> {
  const { ctx, acme, customers, globex } = world;
  const instance = await openInstance(ctx, acme, simulator);
  const audience = { customerIds: [customers.ayse] };
  const campaign = { ...CAMPAIGN, audience };
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
    ...(await createLeavers(world)),
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
    ...(await openSessions(world)),
    stranger: await createStranger(world, instance),
    ...(await createArchives(world)),
    report: await idOf(acme.call('POST', '/v1/reports', { kind: 'monthly', month: '2026-01', format: 'csv' })),
    interaction: await idOf(acme.call('POST', `/v1/customers/${customers.ayse}/interactions`, { kind: 'call' })),
    sms: await idOf(acme.call('POST', '/v1/sms', { customerId: customers.burak, text: 'Merhaba' })),
    error: await createError(world),
    mail: await saveSandboxMail(ctx, { sender: 'a@example.com', recipients: ['b@example.com'], raw: MAIL }),
  };
}

async function createArchives({ acme, admin }: World): Promise<Record<'export' | 'ownExport' | 'archive', string>> {
  const zipped = { 'content-type': 'application/gzip' };
  return {
    export: await idOf(admin.call('POST', '/v1/admin/exports', { scope: acme.organizationId })),
    ownExport: await idOf(acme.call('POST', '/v1/exports', {})),
    archive: await idOf(admin.call('POST', '/v1/admin/imports?mode=new', Buffer.from('no archive'), zipped)),
  };
}

/** Appointments that were to begin an hour ago, one of which recurs, a day off, and what was written down of it. */
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
    activity: (await (await acme.call('GET', '/v1/activities?limit=1')).json()).data[0].id,
  };
}

/** A member who may go, and the deletion of one who did. */
async function createLeavers({ acme, admin }: World): Promise<Record<'leaver' | 'deletion', string>> {
  const join = async (email: string): Promise<string> => {
    const body = { email, name: 'Can', password: 'correct horse battery', role: 'consultant' };
    return (await (await acme.call('POST', '/v1/organization/members', body)).json()).userId;
  };
  const gone = await join('gone@example.com');
  return {
    leaver: await join('leaver@example.com'),
    deletion: await idOf(admin.call('DELETE', `/v1/admin/users/${gone}`)),
  };
}

async function createError({ ctx }: World): Promise<string> {
  const line = readLine(JSON.stringify({ level: 'error', time: '2026-03-02T08:00:00Z', msg: 'broken' }))!;
  await storeLines(ctx.db, 'matrix', [line]);
  return line.fingerprint!.id;
}

/** One more of acme's, and one of somebody who is signed in twice. */
async function openSessions({ ctx, acme }: World): Promise<Record<'session' | 'theirSession' | 'signedIn', string>> {
  const [session, theirSession] = [newId(), newId()];
  const { userId: signedIn } = await createSeat(ctx, 'signed-in');
  const expiresAt = new Date('2030-01-01');
  await ctx.db.insert(sessions).values([
    { id: session, userId: acme.userId, token: session, expiresAt },
    { id: theirSession, userId: signedIn, token: theirSession, expiresAt },
  ]);
  return { session, theirSession, signedIn };
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
