/** Everything that people send, as the control call names it. */
export const inboundKinds = [
  'text',
  'image',
  'video',
  'round-video',
  'audio',
  'voice',
  'document',
  'sticker',
  'location',
  'live-location',
  'contact',
  'contacts',
  'poll',
  'reply',
  'button-reply',
  'list-reply',
  'reaction',
  'order',
  'edit',
  'revoke',
] as const;

/** What somebody does on a phone, as the control call describes it. */
export interface InboundMessage {
  kind: (typeof inboundKinds)[number];
  /** Digits of the sender; for `fromMe` of the recipient. */
  from: string;
  /** How the sender is addressed: `lid` hides the phone, `lid-with-phone` carries it in remoteJidAlt. */
  address?: 'phone' | 'lid' | 'lid-with-phone';
  /** Said in a group that both are in. */
  group?: boolean;
  /** Typed on the instance owner's own phone. */
  fromMe?: boolean;
  id?: string;
  pushName?: string;
  text?: string;
  /** The message that a reply quotes, a reaction is for, an edit or revoke changes. */
  targetId?: string;
  buttonId?: string;
  mimetype?: string;
  fileName?: string;
  /** What getBase64FromMediaMessage gives, base64; a small file of the kind unless told. */
  file?: string;
  /** As disappearing messages, and those to be seen once, are wrapped. */
  wrapped?: 'ephemeral' | 'view-once';
  /** Delivered that many times with the same id. */
  times?: number;
}
