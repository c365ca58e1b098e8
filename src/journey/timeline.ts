/** What a customer's timeline is made of, and by which its entries are filtered. */
export const entryKinds = [
  'record',
  'message',
  'campaign',
  'mail',
  'sms',
  'file',
  'appointment',
  'interaction',
  'consent',
  'suppression',
] as const;
export type EntryKind = (typeof entryKinds)[number];

export const entryChannels = ['whatsapp', 'email', 'sms', 'call', 'meeting'] as const;
export type EntryChannel = (typeof entryChannels)[number];

/** One thing that happened, as the database tells it. */
export type Entry = {
  /** Which rows it is from; together with `id` it is unique. */
  source: string;
  id: string;
  kind: EntryKind;
  /** `message.received`: what happened. */
  event: string;
  channel: EntryChannel | null;
  /** To the microsecond, in UTC: two entries of one millisecond keep their order over pages. */
  at: string;
  actorType: string | null;
  actorId: string | null;
  actorName: string | null;
  customerId: string;
  data: Record<string, unknown>;
};

export type TimelineFilter = {
  kinds?: EntryKind[] | undefined;
  channel?: EntryChannel | undefined;
  campaignId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};
