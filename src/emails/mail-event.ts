/** What a carrier reports of one mail, whichever carrier it was. */
export type MailEvent = {
  type: 'send' | 'delivery' | 'bounce' | 'complaint' | 'reject' | 'delay' | 'open' | 'click';
  /** Ours, from the mail's tags or headers. */
  recipientId?: string;
  campaignId?: string;
  /** The carrier's id of the mail: what `send` was answered. */
  messageId?: string;
  /** When it happened, by the carrier's clock. */
  at: Date;
  /** `ignored`: says nothing of the mailbox. */
  bounce?: { kind: 'hard' | 'soft' | 'ignored'; code: string | null; text: string | null };
  address?: string;
  /** Of an open or a click. */
  userAgent?: string;
  link?: string;
};
