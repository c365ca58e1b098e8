import { imageName } from '#src/files/image-name.ts';
import { AUTH_SECRET } from '#test/support/world.ts';
import { activityLines } from './activity-lines.ts';
import { answerLines } from './answer-lines.ts';
import { appointmentLines } from './appointment-lines.ts';
import { archiveLines } from './archive-lines.ts';
import { campaignMailLines, emailCampaigns, mailChanges } from './campaign-mail-lines.ts';
import { conversationLines } from './conversation-lines.ts';
import { creditLines } from './credit-lines.ts';
import { customerLines, mergeLines } from './customer-lines.ts';
import { emailLines } from './email-lines.ts';
import { fileLines } from './file-lines.ts';
import { hookLines } from './hook-lines.ts';
import { inboundLines } from './inbound-lines.ts';
import { integrationLines } from './integration-lines.ts';
import { journeyLines } from './journey-lines.ts';
import { figureLines, mailLines } from './mail-lines.ts';
import { lastOperationLines, operationLines } from './operation-lines.ts';
import { reportLines } from './report-lines.ts';
import type { Kind, Scene } from './scene.ts';
import { segmentLines } from './segment-lines.ts';
import { sessionLines } from './session-lines.ts';
import { smsLines } from './sms-lines.ts';
import { templateLines } from './template-lines.ts';
import { userLines } from './user-lines.ts';

type Body = Record<string, unknown>;

/** A body that is no JSON of the document's: what it is, and the same without end. */
export type RawBody = {
  headers: Record<string, string>;
  content(scene: Scene): string | Uint8Array;
  /** More than the route takes, beginning as something that it wants. */
  begin: Uint8Array;
  limitBytes: number;
};

export type Entry = {
  /** Who may: anybody, someone signed in, a platform admin. */
  access: 'public' | 'user' | 'admin';
  /** What an API key needs; none: not with a key. */
  scope?: string;
  /** Whose id is in the path. */
  of?: Kind;
  /** Path parameters that are not that. */
  params?(scene: Scene): Record<string, string>;
  headers?(scene: Scene): Record<string, string>;
  /** Good bodies, which between them name every field there is. */
  bodies?(scene: Scene): Body[];
  raw?: RawBody;
  /** The same route called by globex with ids of acme's in the body or the query. */
  foreign?(scene: Scene): { path: string; body?: Body }[];
  /** Good bodies for another kind of thing, which name the fields that are only its own. */
  twin?: { of: Kind; bodies(scene: Scene): Body[] };
  /** Whatever stands behind the question mark is passed over. */
  anyQuery?: true;
  /** What its owner is answered at last; 2xx unless told. */
  answers?: number;
};
const anybody = (more: Partial<Entry> = {}): Entry => ({ access: 'public', ...more });
const key = (scope: string, more: Partial<Entry> = {}): Entry => ({ access: 'user', scope, ...more });
const session = (more: Partial<Entry> = {}): Entry => ({ access: 'user', ...more });
const admin = (more: Partial<Entry> = {}): Entry => ({ access: 'admin', ...more });
const news: RawBody = {
  headers: { 'content-type': 'application/json' },
  content: ({ hook }) =>
    JSON.stringify({ event: 'connection.update', instance: hook.instance, data: { state: 'open' } }),
  begin: Buffer.from('{"event":"'),
  limitBytes: 1024 * 1024,
};
const campaign = ({ ids }: Scene): Body => ({
  name: 'Spring',
  channel: 'whatsapp',
  audience: { customerIds: [ids.customer], includeGraylisted: false },
  startAt: '2026-03-04T12:00:00+03:00',
  instanceId: ids.instance,
  text: 'Merhaba {{ firstName }}',
  mediaIds: [ids.media],
  delay: { minSeconds: 1, maxSeconds: 2 },
  validUntil: '2026-03-06T12:00:00+03:00',
});
const texts = [{ text: 'Merhaba' }, { text: 'Selam' }];
const byTemplate = (scene: Scene): Body => ({ ...campaign(scene), text: null, templateId: scene.ids.template });
const inVariants = (scene: Scene): Body => ({ ...campaign(scene), text: null, variants: texts });
const foreignCampaigns = (path: string) => (scene: Scene) => {
  const { ids, globex } = scene;
  const own = { name: 'n', channel: 'whatsapp', text: 'hi', audience: { customerIds: [globex.customerId] } };
  return [
    { path, body: { ...own, audience: { customerIds: [ids.customer] } } },
    { path, body: { ...own, audience: { groupIds: [ids.group] } } },
    { path, body: { ...own, audience: { segmentIds: [ids.segment] } } },
    { path, body: { ...own, instanceId: ids.instance } },
    { path, body: { ...own, mediaIds: [ids.media] } },
    { path, body: { ...own, text: undefined, templateId: ids.template } },
  ];
};
const account = (email: string): Body => ({ email, password: 'correct horse battery', name: 'Deniz' });
const profile = {
  address: 'Bağdat Cad. 12',
  phone: '0216 111 22 33',
  website: 'https://acme.example.com/',
  workingHours: '09.00–19.00',
  mapUrl: 'https://maps.example.com/acme',
};
const window = { start: '10:00', end: '18:00', days: [1, 2, 3] };
const pacing = {
  hourlyCap: 100,
  coldDailyCap: 50,
  warmUp: true,
  warmUpCurve: { firstDay: 20, growth: 1.5, days: 14 },
  pauseEvery: { messages: 20, minSeconds: 30, maxSeconds: 60 },
  closingBufferSeconds: 60,
  reconnectRamp: true,
  typing: false,
};

/** Every route, by its own line; in the order in which acme plays them through at the end. */
export const matrix: Record<string, Entry> = {
  'GET /healthz': anybody(),
  'GET /readyz': anybody(),
  'GET /metrics': anybody({ answers: 401 }),
  'POST /v1/auth/sign-up/email': anybody({ bodies: () => [account('new@example.com')] }),
  'POST /v1/auth/sign-in/email': anybody({
    bodies: () => [{ email: 'new@example.com', password: 'correct horse battery' }],
  }),
  'POST /hooks/evolution/{secret}': anybody({
    params: ({ hook }) => ({ secret: hook.secret }),
    headers: ({ hook }) => ({ authorization: hook.bearer }),
    raw: news,
  }),

  ...mailLines,
  ...smsLines,

  'GET /v1/me': key('account:read'),
  ...activityLines,
  'GET /v1/auth/get-session': session(),
  'POST /v1/auth/change-password': session({
    bodies: () => [{ currentPassword: 'something else', newPassword: 'correct horse battery' }],
    answers: 400,
  }),
  'GET /v1/api-keys': session(),
  'POST /v1/api-keys': session({
    bodies: () => [{ name: 'crm', scopes: ['customers:read'], expiresAt: '2027-01-01T00:00:00Z' }],
  }),
  'DELETE /v1/api-keys/{id}': session({ of: 'apiKey' }),
  'GET /v1/organization': key('organization:read'),
  'PATCH /v1/organization': session({
    bodies: () => [
      { name: 'Acme', defaultRegion: 'TR', optOutWords: ['STOP'], mailTracking: true, replyDays: 7, ...profile },
    ],
  }),
  'GET /v1/organization/members': key('organization:read'),
  'POST /v1/organization/members': session({ bodies: () => [{ ...account('emre@example.com'), role: 'consultant' }] }),
  'GET /v1/settings': key('settings:read'),
  'PUT /v1/settings': key('settings:write', {
    bodies: () => [
      {
        timeZone: 'Europe/Istanbul',
        locale: 'tr',
        sendingWindow: window,
        delay: { minSeconds: 1, maxSeconds: 2 },
        dailyCap: 9,
        pacing,
        mails: { campaignFinished: true, appointments: true, creditsBelow: 50 },
      },
    ],
  }),

  ...answerLines,
  ...appointmentLines,
  ...customerLines,
  ...segmentLines,
  ...inboundLines,
  ...emailLines,
  'GET /images/{name}': anybody({
    params: ({ ids }) => ({ name: imageName(AUTH_SECRET, { id: ids.media, mimeType: 'image/png' })! }),
  }),

  ...templateLines,
  'GET /v1/instances': key('instances:read'),
  'POST /v1/instances': key('instances:write', {
    bodies: () => [{ name: 'Main', number: '0532 111 22 33' }],
    answers: 409,
  }),
  'GET /v1/instances/{id}': key('instances:read', { of: 'instance' }),
  'GET /v1/instances/{id}/qr': key('instances:read', { of: 'instance', answers: 409 }),
  'POST /v1/instances/{id}/connect': key('instances:write', {
    of: 'instance',
    bodies: () => [{ number: '0532 111 22 33' }],
  }),
  ...integrationLines,
  'POST /v1/instances/{id}/health/reset': key('instances:write', { of: 'instance' }),
  ...conversationLines,
  ...journeyLines,
  ...reportLines,
  ...archiveLines,
  ...campaignMailLines,
  'POST /v1/campaigns/quote': key('campaigns:write', {
    bodies: (scene) => [campaign(scene), inVariants(scene), byTemplate(scene), ...emailCampaigns(scene)],
    foreign: foreignCampaigns('/v1/campaigns/quote'),
  }),
  'POST /v1/campaigns': key('campaigns:write', {
    bodies: (scene) => [campaign(scene), inVariants(scene), byTemplate(scene), ...emailCampaigns(scene)],
    foreign: foreignCampaigns('/v1/campaigns'),
  }),
  'GET /v1/campaigns': key('campaigns:read'),
  'GET /v1/campaigns/{id}': key('campaigns:read', { of: 'campaign' }),
  ...figureLines,
  'GET /v1/campaigns/{id}/recipients': key('campaigns:read', { of: 'campaign' }),
  'GET /v1/campaigns/{id}/decision': key('campaigns:read', { of: 'campaign' }),
  'GET /v1/campaigns/{id}/recipients/{recipientId}/decision': key('campaigns:read', {
    of: 'campaign',
    params: ({ ids }) => ({ recipientId: ids.recipient }),
  }),
  'PATCH /v1/campaigns/{id}': key('campaigns:write', {
    of: 'campaign',
    bodies: ({ ids }) => [
      { name: 'Summer', text: 'Merhaba {{ lastName }}', mediaIds: [ids.media], startAt: '2026-03-05T12:00:00+03:00' },
      { delay: { minSeconds: 2, maxSeconds: 3 }, validUntil: '2026-03-09T12:00:00+03:00' },
      { variants: texts },
      { templateId: ids.template },
    ],
    twin: { of: 'mailing', bodies: mailChanges },
  }),
  'POST /v1/campaigns/{id}/recipients': key('campaigns:write', {
    of: 'campaign',
    bodies: ({ ids, world }) => [
      { customerIds: [world.customers.burak], groupIds: [ids.group], segmentIds: [ids.segment] },
    ],
  }),
  'DELETE /v1/campaigns/{id}/recipients': key('campaigns:write', {
    of: 'campaign',
    bodies: ({ ids, world }) => [
      { customerIds: [world.customers.burak], groupIds: [ids.group], segmentIds: [ids.segment] },
    ],
  }),
  'POST /v1/campaigns/{id}/retry-failed': key('campaigns:write', {
    of: 'campaign',
    bodies: () => [{ reasons: ['refused-by-whatsapp'] }],
    answers: 409,
  }),
  ...operationLines,
  'POST /v1/campaigns/{id}/pause': key('campaigns:write', { of: 'campaign' }),
  'POST /v1/campaigns/{id}/resume': key('campaigns:write', { of: 'campaign' }),
  'POST /v1/campaigns/{id}/resolve-unknown': key('campaigns:write', {
    of: 'campaign',
    bodies: () => [{ decision: 'retry' }],
    answers: 409,
  }),
  'POST /v1/campaigns/{id}/recipients/{recipientId}/resolve': key('campaigns:write', {
    of: 'campaign',
    params: ({ ids }) => ({ recipientId: ids.recipient }),
    bodies: () => [{ decision: 'give-up' }, { decision: 'sent' }],
    answers: 409,
  }),
  'POST /v1/campaigns/{id}/recall': key('campaigns:write', {
    of: 'campaign',
    bodies: () => [{ sentWithinMinutes: 5 }],
  }),
  'GET /v1/campaigns/{id}/recall': key('campaigns:read', { of: 'campaign' }),
  'POST /v1/campaigns/{id}/cancel': key('campaigns:write', { of: 'campaign' }),
  ...creditLines,
  'GET /v1/events': key('events:read'),
  ...hookLines,
  ...fileLines,

  ...userLines,
  'GET /v1/admin/evolution-servers': admin(),
  'GET /v1/admin/evolution-servers/{id}': admin({ of: 'server' }),
  'POST /v1/admin/evolution-servers': admin({
    bodies: ({ simulator }) => [{ url: simulator.url, apiKey: simulator.apiKey, capacity: 5, enabled: true }],
    answers: 409,
  }),
  'PATCH /v1/admin/evolution-servers/{id}': admin({
    of: 'server',
    bodies: ({ simulator }) => [{ url: simulator.url, apiKey: simulator.apiKey, capacity: 5, enabled: true }],
  }),
  'DELETE /v1/admin/evolution-servers/{id}': admin({ of: 'server', answers: 409 }),
  ...lastOperationLines,

  'DELETE /v1/sending-identities/{id}': session({ of: 'identity' }),
  'DELETE /v1/templates/{id}': key('templates:write', { of: 'template' }),
  'DELETE /v1/media/{id}': key('media:write', { of: 'media', answers: 409 }),
  'DELETE /v1/segments/{id}': key('segments:write', { of: 'segment' }),
  'DELETE /v1/groups/{id}': key('groups:write', { of: 'group' }),
  'DELETE /v1/suppressions/{id}': key('suppressions:write', { of: 'suppression' }),
  'DELETE /v1/custom-fields/{id}': key('customers:write', { of: 'customField' }),
  ...mergeLines,
  'DELETE /v1/customers/{id}': key('customers:write', { of: 'customer' }),
  'POST /v1/customers/{id}/erase': key('customers:write', { of: 'customer' }),
  'DELETE /v1/instances/{id}/session': key('instances:write', { of: 'instance' }),
  'DELETE /v1/instances/{id}': key('instances:write', { of: 'instance' }),
  'DELETE /v1/organization/members/{userId}': session({ of: 'member' }),
  'POST /v1/auth/stop-impersonating': session({ answers: 409 }),
  ...sessionLines,
  'POST /v1/auth/sign-out': session(),
};
