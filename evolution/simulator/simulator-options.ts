/** A fixed number of milliseconds, or a range from which one is drawn each time. */
export type Milliseconds = number | readonly [number, number];

export interface SimulatorOptions {
  /** 0 takes any free port. */
  port?: number;
  host?: string;
  /** The global key, as in AUTHENTICATION_API_KEY. */
  apiKey?: string;
  /** Milliseconds after a QR code appears until somebody "scans" it; null waits for the control call. */
  autoScanMs?: number | null;
  /** How long create with `qrcode: true` sleeps; Evolution 5000. */
  createWaitMs?: number;
  /** How long connect sleeps after it started a socket; Evolution 2000. */
  connectWaitMs?: number;
  /** How long a reconnect stays in `connecting` before it is open again. */
  reconnectMs?: number;
  qrRotationMs?: number;
  qrLimit?: number;
  /** Counted from the acceptance of the message. */
  ackDelaysMs?: { server?: Milliseconds; delivery?: Milliseconds; read?: Milliseconds };
  webhook?: { timeoutMs?: number; maxAttempts?: number; initialDelayMs?: number; maxDelayMs?: number };
  /** False answers `apikey: null` in webhook bodies (AUTHENTICATION_EXPOSE_IN_FETCH_INSTANCES=false). */
  exposeInstanceKey?: boolean;
  /** NDJSON file; instances, messages, statuses and counts survive a restart and a kill -9. */
  stateFile?: string | null;
  /** Time a send takes before it is accepted. */
  latencyMs?: Milliseconds;
  /** True behaves like 2.4: `key.id` is the `messageId` sent, and a repeated id is shown once on the phone. */
  supportsOwnMessageId?: boolean;
  /** False switches the outcome by last four digits off (load tests with consecutive numbers). */
  sandboxNumbers?: boolean;
  /** False refuses Chatwoot and Typebot, as a server on which they are switched off. */
  integrations?: boolean;
  /** Older rows are forgotten by findMessages and findStatusMessage; counts keep everything. */
  messagesPerInstance?: number;
  /** Same seed, same draws (faults by probability, webhook weather, ranges). Ids stay random. */
  seed?: number;
  /** What the phones' clocks show, in milliseconds; default: the time. */
  now?: () => number;
}

export interface ResolvedOptions extends Required<Omit<SimulatorOptions, 'ackDelaysMs' | 'webhook' | 'seed'>> {
  ackDelaysMs: { server: Milliseconds; delivery: Milliseconds; read: Milliseconds };
  webhook: { timeoutMs: number; maxAttempts: number; initialDelayMs: number; maxDelayMs: number };
  seed: number | null;
}

const defaults: ResolvedOptions = {
  port: 0,
  host: '127.0.0.1',
  apiKey: 'sandbox-evolution-key',
  autoScanMs: null,
  createWaitMs: 5_000,
  connectWaitMs: 2_000,
  reconnectMs: 400,
  qrRotationMs: 45_000,
  qrLimit: 30,
  ackDelaysMs: { server: 250, delivery: 500, read: 900 },
  webhook: { timeoutMs: 30_000, maxAttempts: 10, initialDelayMs: 5_000, maxDelayMs: 300_000 },
  exposeInstanceKey: true,
  stateFile: null,
  latencyMs: 0,
  supportsOwnMessageId: false,
  integrations: true,
  sandboxNumbers: true,
  messagesPerInstance: 5_000,
  seed: null,
  now: Date.now,
};

export function resolveOptions(options: SimulatorOptions = {}): ResolvedOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return {
    ...defaults,
    ...given,
    ackDelaysMs: { ...defaults.ackDelaysMs, ...options.ackDelaysMs },
    webhook: { ...defaults.webhook, ...options.webhook },
  };
}
