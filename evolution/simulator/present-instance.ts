import type { Instance } from './instance.ts';

/** One element of fetchInstances; `connectionStatus` is the database's value and may lag. */
export function presentInstance({ record, messages, contacts }: Instance): Record<string, unknown> {
  const { paired: _paired, webhook: _webhook, settings, proxy, chatwoot, typebots: _typebots, ...row } = record;
  return {
    ...row,
    clientName: 'evolution_simulator',
    Chatwoot: chatwoot,
    Proxy: proxy,
    Rabbitmq: null,
    Nats: null,
    Sqs: null,
    Websocket: null,
    Setting: { ...settings, instanceId: record.id },
    _count: { Message: messages.size, Contact: contacts.size, Chat: 0 },
  };
}
