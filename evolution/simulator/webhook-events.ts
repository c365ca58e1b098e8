/** Every name the webhook configuration accepts, in Evolution's order (its error texts list them so). */
export const webhookEventNames = [
  'APPLICATION_STARTUP',
  'QRCODE_UPDATED',
  'MESSAGES_SET',
  'MESSAGES_UPSERT',
  'MESSAGES_EDITED',
  'MESSAGES_UPDATE',
  'MESSAGES_DELETE',
  'SEND_MESSAGE',
  'SEND_MESSAGE_UPDATE',
  'CONTACTS_SET',
  'CONTACTS_UPSERT',
  'CONTACTS_UPDATE',
  'PRESENCE_UPDATE',
  'CHATS_SET',
  'CHATS_UPSERT',
  'CHATS_UPDATE',
  'CHATS_DELETE',
  'GROUPS_UPSERT',
  'GROUP_UPDATE',
  'GROUP_PARTICIPANTS_UPDATE',
  'CONNECTION_UPDATE',
  'LABELS_EDIT',
  'LABELS_ASSOCIATION',
  'CALL',
  'TYPEBOT_START',
  'TYPEBOT_CHANGE_STATUS',
  'REMOVE_INSTANCE',
  'LOGOUT_INSTANCE',
  'INSTANCE_CREATE',
  'INSTANCE_DELETE',
  'STATUS_INSTANCE',
] as const;

/** The event as it stands in a webhook body: dotted lower case. */
export type WebhookEvent =
  | 'qrcode.updated'
  | 'connection.update'
  | 'status.instance'
  | 'logout.instance'
  | 'remove.instance'
  | 'instance.create'
  | 'instance.delete'
  | 'send.message'
  | 'send.message.update'
  | 'messages.upsert'
  | 'messages.update'
  | 'messages.edited'
  | 'messages.delete'
  | 'contacts.upsert'
  | 'contacts.update'
  | 'chats.upsert'
  | 'chats.update'
  | 'call'
  | 'presence.update';

/** `send.message` -> `SEND_MESSAGE`. */
export function configurationName(event: WebhookEvent): string {
  return event.replace(/[.-]/g, '_').toUpperCase();
}

/** `send.message` -> `send-message`, the path segment of `byEvents`. */
export function pathSegment(event: WebhookEvent): string {
  return event.replace(/[._]/g, '-');
}
