import type { Webhook } from '#src/channels/evolution/evolution-client.ts';
import type { AppContext } from '#src/context.ts';
import type { Instance } from './instance.ts';

/** Exactly what we listen to, in Evolution's words. */
export const webhookEvents = [
  'CONNECTION_UPDATE',
  'QRCODE_UPDATED',
  'STATUS_INSTANCE',
  'LOGOUT_INSTANCE',
  'REMOVE_INSTANCE',
  'SEND_MESSAGE',
  'MESSAGES_UPDATE',
  'MESSAGES_UPSERT',
  'MESSAGES_EDITED',
  'MESSAGES_DELETE',
  'PRESENCE_UPDATE',
] as const;

/** Where and how Evolution is to call us about this instance. */
export const webhookOf = (ctx: AppContext, instance: Pick<Instance, 'webhookSecret' | 'webhookJwtKey'>): Webhook => ({
  url: `${ctx.publicUrl}/hooks/evolution/${ctx.secrets.open(instance.webhookSecret)}`,
  events: webhookEvents,
  headers: { jwt_key: ctx.secrets.open(instance.webhookJwtKey) },
});
