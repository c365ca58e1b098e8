import type { Entry } from './matrix.ts';
import type { Scene } from './scene.ts';

type Body = Record<string, unknown>;
const key = (scope: string, more: Partial<Entry> = {}): Entry => ({ access: 'user', scope, ...more });

const layout = {
  name: 'offer',
  title: 'Bahar',
  text: 'Merhaba {{ firstName }}',
  imageUrl: 'https://acme.example.com/a.png',
  imageAlt: 'Bahar',
  button: { label: 'Git', url: 'https://acme.example.com/' },
};
const subjectTest = { subject: 'Selam', sharePercent: 20, winnerBy: 'opens', afterMinutes: 60 };
const mjml =
  '<mjml><mj-body><mj-section><mj-column><mj-text>Merhaba</mj-text></mj-column></mj-section></mj-body></mjml>';

/** Words of a mail, which between them name every field of one. */
const wordings = ({ ids }: Scene): Body[] => [
  { subject: 'Merhaba {{ firstName }}', preheader: 'Bahar', layout, from: ids.sender, language: 'tr', subjectTest },
  { subject: 'Merhaba', html: '<p>Merhaba</p>' },
  { subject: 'Merhaba', mjml },
  { templateId: ids.letter },
];
const forAyse = (scene: Scene): Body[] =>
  wordings(scene).map((words) => ({ ...words, customerId: scene.ids.customer }));
const tracking = { trackOpens: true, trackClicks: true };

/** Bodies of email campaigns. */
export const emailCampaigns = (scene: Scene): Body[] =>
  wordings(scene).map((words) => ({
    name: 'Spring',
    channel: 'email',
    audience: { customerIds: [scene.ids.customer] },
    startAt: '2026-03-04T12:00:00+03:00',
    ...words,
    ...tracking,
  }));

/** Changes of an email campaign. */
export const mailChanges = (scene: Scene): Body[] => wordings(scene).map((words) => ({ ...words, ...tracking }));

const foreign = (path: string) => (scene: Scene) => [
  { path, body: { subject: 'n', html: '<p>n</p>', from: scene.ids.sender } },
  { path, body: { subject: 'n', html: '<p>n</p>', customerId: scene.ids.customer } },
  { path, body: { templateId: scene.ids.letter } },
];

/** Email campaigns: a mail to look at, and one to oneself. */
export const campaignMailLines: Record<string, Entry> = {
  'GET /v1/organization/email-settings': key('settings:read'),
  'PUT /v1/organization/email-settings': {
    access: 'user',
    bodies: () => [
      { sendingWindow: { start: '09:00', end: '24:00', days: [1, 2, 3, 4, 5], timeZone: 'Europe/Istanbul' } },
    ],
  },
  'POST /v1/campaigns/preview': key('campaigns:read', {
    bodies: forAyse,
    foreign: foreign('/v1/campaigns/preview'),
  }),
  'POST /v1/campaigns/test-mail': key('campaigns:write', {
    bodies: forAyse,
    foreign: foreign('/v1/campaigns/test-mail'),
  }),
  'GET /v1/campaigns/{id}/preview': key('campaigns:read', { of: 'mailing' }),
  'POST /v1/campaigns/{id}/test-mail': key('campaigns:write', {
    of: 'mailing',
    bodies: ({ ids }) => [{ customerId: ids.customer }],
  }),
};
