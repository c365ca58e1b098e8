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
const mjml =
  '<mjml><mj-body><mj-section><mj-column><mj-text>Merhaba</mj-text></mj-column></mj-section></mj-body></mjml>';
const reply = { category: 'quick-reply', text: 'Merhaba {{ firstName }}' };
const mail = { channel: 'email', language: 'tr', category: 'offer', subject: 'Merhaba {{ firstName }}' };

const bodies = ({ ids }: Scene): Body[] => [
  { name: 'Selam', channel: 'whatsapp', language: 'tr', ...reply, shortcut: 'selam', mediaIds: [ids.media] },
  { ...mail, name: 'Düzen', preheader: 'Bahar', layout },
  { ...mail, name: 'Html', html: '<p>Merhaba</p>' },
  { ...mail, name: 'Mjml', mjml },
];
const foreign = (path: string) => (scene: Scene) => [{ path, body: bodies(scene)[0]! }];

/** Stored texts. The first template of the scene is for WhatsApp, `letter` is a mail. */
export const templateLines: Record<string, Entry> = {
  'GET /v1/templates/categories': key('templates:read'),
  'POST /v1/templates': key('templates:write', { bodies, foreign: foreign('/v1/templates') }),
  'GET /v1/templates/{id}': key('templates:read', { of: 'template' }),
  'PATCH /v1/templates/{id}': key('templates:write', {
    of: 'template',
    bodies: ({ ids }) => [
      { name: 'Selam 2', language: 'en', ...reply, shortcut: 'selam2', mediaIds: [ids.media] },
      { category: 'appointment-confirmation', shortcut: null },
    ],
    twin: {
      of: 'letter',
      bodies: () => [
        { category: 'welcome', subject: 'Selam', preheader: 'Bahar', layout },
        { html: '<p>Merhaba</p>' },
        { mjml },
      ],
    },
  }),
  'POST /v1/templates/{id}/preview': key('templates:read', {
    of: 'template',
    bodies: ({ ids }) => [{ customerId: ids.customer }],
  }),
  'GET /v1/templates/{id}/versions': key('templates:read', { of: 'template' }),
  'GET /v1/templates': key('templates:read'),
  'POST /v1/templates/provided': key('templates:write'),
};
