import type { Entry } from './matrix.ts';

const session = (more: Partial<Entry> = {}): Entry => ({ access: 'user', of: 'instance', ...more });
const chatwoot = {
  enabled: true,
  url: 'https://127.0.0.1/chatwoot/',
  accountId: '7',
  token: 'a-token-of-chatwoot',
  inboxName: 'WhatsApp',
  signMessages: true,
  signDelimiter: '\\n',
  reopenConversation: true,
  conversationPending: false,
  importContacts: false,
  importMessages: false,
  importDays: 3,
};
const typebot = {
  enabled: true,
  url: 'https://127.0.0.1/typebot',
  typebot: 'randevu-al',
  trigger: { type: 'keyword', operator: 'contains', value: 'randevu' },
  expireMinutes: 30,
  finishWord: 'bitir',
  unknownMessage: 'Anlayamadım',
  delayMs: 500,
  debounceSeconds: 2,
  keepOpen: false,
  stopWhenAnswered: true,
};

/** What Evolution does for a connection by itself. */
export const integrationLines: Record<string, Entry> = {
  'PUT /v1/instances/{id}/integrations/chatwoot': session({ bodies: () => [chatwoot] }),
  'GET /v1/instances/{id}/integrations/chatwoot': session(),
  'DELETE /v1/instances/{id}/integrations/chatwoot': session(),
  'PUT /v1/instances/{id}/integrations/typebot': session({ bodies: () => [typebot] }),
  'GET /v1/instances/{id}/integrations/typebot': session(),
  'DELETE /v1/instances/{id}/integrations/typebot': session(),
};
