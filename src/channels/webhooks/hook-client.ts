/** Why nothing was heard. */
export type HookFailure =
  | 'refused-target'
  | 'no-address'
  | 'connection-refused'
  | 'connection-failed'
  | 'tls-failed'
  | 'timeout'
  | 'invalid-answer';

export type HookOutcome = { tookMilliseconds: number } & (
  | {
      kind: 'answered';
      status: number;
      /** As it stands in the header. */
      retryAfter: string | null;
      /** The beginning of it. */
      body: string;
    }
  | { kind: 'failed'; reason: HookFailure }
);

/** What speaks against a URL. */
export type TargetFlaw = 'scheme' | 'insecure' | 'credentials' | 'port' | 'private';

export type HookCall = { url: string; headers: Record<string, string>; body: string };

/** Posts to URLs that strangers gave us. */
export type HookClient = {
  /** Never throws and never takes longer than its time-out. Follows no redirect; connects to checked addresses only. */
  post(call: HookCall): Promise<HookOutcome>;
  /** What speaks against posting there, as its name resolves now; null: nothing. */
  inspect(url: string): Promise<TargetFlaw | null>;
  close(): void;
};

/** What was refused on its way to an address. */
export class Refused extends Error {
  readonly reason: HookFailure;

  constructor(reason: HookFailure) {
    super(reason);
    this.reason = reason;
  }
}
