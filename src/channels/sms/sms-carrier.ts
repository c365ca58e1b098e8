import type { SmsOutcome } from './sms-outcome.ts';

export type OutgoingSms = {
  /** Ours; comes back with what the carrier tells, where it can. */
  id: string;
  /** E.164. */
  phone: string;
  text: string;
  encoding: 'gsm7' | 'gsm7-turkish' | 'ucs2';
  /** How long it is worth delivering. */
  ttlSeconds: number;
};

/** The last word about an SMS. */
export type SmsReport = {
  providerMessageId: string;
  /** Ours, where the carrier gives it back. */
  smsId?: string;
  status: 'delivered' | 'failed';
  /** Of a failure, in our words. */
  reason: SmsFailure | null;
  at: Date;
};

export type SmsFailure =
  | 'invalid-phone'
  | 'invalid-content'
  | 'refused'
  | 'expired'
  | 'unreachable'
  | 'carrier'
  | 'not-delivered';

export type SentByCarrier = { providerMessageId: string /** E.164. */; phone: string; report: SmsReport | null };

/** A road out for SMS. Nothing of it throws. */
export type SmsCarrier = {
  kind: 'sandbox' | 'netgsm' | 'aws';
  /** Whether it encodes Turkish letters in septets. */
  turkish: boolean;
  /** Whether it takes what no alphabet of septets has. */
  unicode: boolean;
  /** A call that takes longer is over. */
  timeoutMs: number;
  send(sms: OutgoingSms): Promise<SmsOutcome>;
  /** The last words about these, of a carrier that has to be asked; those without one yet are left out. */
  reports?(asked: { providerMessageId: string; sentAt: Date }[], now: Date): Promise<SmsReport[] | 'unavailable'>;
  /** All that it took between two times: where an SMS of unknown outcome is looked for. */
  taken?(from: Date, to: Date): Promise<SentByCarrier[] | 'unavailable'>;
  close(): Promise<void>;
};
