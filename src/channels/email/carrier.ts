import type { MailOutcome } from './mail-outcome.ts';

/** A mail as it goes out: made, signed, its lines ended by CRLF. */
export type RawMail = {
  /** Of the envelope: where bounces go. */
  from: string;
  to: string;
  raw: Buffer | string;
  messageId: string;
  /** Told again by the carrier's events. */
  campaignId?: string | null;
  recipientId?: string | null;
};

/** `dailyQuota`: null where there is none. `sentInDay`: of the last 24 hours; null where the carrier does not count. */
export type CarrierQuota = { ratePerSecond: number; dailyQuota: number | null; sentInDay: number | null };

/** A road for mail. `send` never throws for what the network or the server did, and answers within `timeoutMs`. */
export type Carrier = {
  kind: 'sandbox' | 'smtp' | 'ses';
  /** Who shares its rate: `ses:eu-central-1`, `smtp:host:port:…`, `sandbox`. */
  key: string;
  /** How many mails it takes at once. */
  width: number;
  timeoutMs: number;
  send(mail: RawMail): Promise<MailOutcome>;
  /** What the carrier allows. Null: as fast as it takes them. `unavailable`: it did not answer. */
  quota?(): Promise<CarrierQuota | 'unavailable' | null>;
  close(): Promise<void>;
};
