import type { Entry } from './matrix.ts';

const anybody = (more: Partial<Entry> = {}): Entry => ({ access: 'public', ...more });
const key = (scope: string, more: Partial<Entry> = {}): Entry => ({ access: 'user', scope, ...more });
const session = (more: Partial<Entry> = {}): Entry => ({ access: 'user', ...more });

const curve = { firstDay: 50, growth: 1.5, days: 21 };
const identity = {
  fromName: 'Acme',
  tradeName: 'Acme A.Ş.',
  contact: 'Kadıköy, İstanbul',
  replyTo: 'info@acme.example.com',
  smtpUrl: 'smtps://acme:secret@127.0.0.1:1/?maxPerSecond=5',
  warmUp: true,
  providerWarmUp: { gmail: curve, microsoft: curve, yahoo: curve, icloud: curve, yandex: curve, other: curve },
};

/** Email: what comes from carriers, the sandbox's mailbox, identities to send from. */
export const emailLines: Record<string, Entry> = {
  'POST /hooks/ses': anybody({ answers: 400 }),
  'GET /sandbox/mail': anybody(),
  'GET /sandbox/mail/{id}': anybody({ of: 'mail' }),
  'GET /sandbox/mail/{id}/html': anybody({ of: 'mail' }),
  'GET /sandbox/mail/{id}/raw': anybody({ of: 'mail' }),

  'GET /sandbox/mails': anybody(),
  'GET /sandbox/mails/{kind}/{language}': anybody({ params: () => ({ kind: 'invitation', language: 'tr' }) }),

  'GET /v1/sending-identities': key('organization:read'),
  'POST /v1/sending-identities': session({ bodies: () => [{ ...identity, fromEmail: 'news@acme.example.com' }] }),
  'GET /v1/sending-identities/{id}': key('organization:read', { of: 'identity' }),
  'PATCH /v1/sending-identities/{id}': session({ of: 'identity', bodies: () => [identity] }),
  'POST /v1/sending-identities/{id}/check': session({ of: 'identity' }),

  'POST /v1/auth/request-password-reset': anybody({ bodies: () => [{ email: 'nobody@example.com' }] }),
  'POST /v1/auth/reset-password': anybody({
    bodies: () => [{ token: 'nonsense', newPassword: 'correct horse battery' }],
    answers: 400,
  }),
  'POST /v1/auth/send-verification-email': session(),
  'POST /v1/auth/verify-email': anybody({ bodies: () => [{ token: 'nonsense' }], answers: 404 }),
  'GET /reset-password/{token}': anybody({ anyQuery: true, params: () => ({ token: 'nonsense' }), answers: 404 }),
  'POST /reset-password/{token}': anybody({ anyQuery: true, params: () => ({ token: 'nonsense' }), answers: 404 }),
  'GET /verify-address/{token}': anybody({ anyQuery: true, params: () => ({ token: 'nonsense' }), answers: 404 }),
  'POST /verify-address/{token}': anybody({ anyQuery: true, params: () => ({ token: 'nonsense' }), answers: 404 }),
};
