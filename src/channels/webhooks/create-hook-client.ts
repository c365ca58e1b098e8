import http from 'node:http';
import https from 'node:https';
import type { TraceCall } from '#src/platform/tracing.ts';
import { createReach, type ReachOptions } from './create-reach.ts';
import { type HookCall, type HookClient, type HookFailure, type HookOutcome, Refused } from './hook-client.ts';
import { readBeginning } from './read-beginning.ts';

export type HookClientOptions = ReachOptions & {
  connectMs?: number;
  totalMs?: number;
  /** Told of every post: the class of the answer (`2xx`), or why there was none, and how long it took. */
  watch?: (outcome: string, seconds: number) => void;
  trace?: TraceCall | undefined;
};

const CONNECT_MS = 5_000;
const TOTAL_MS = 15_000;
/** Shorter than the five seconds after which Node.js and others hang up. */
const IDLE_MS = 4_000;

/** Keeps connections for a few seconds. An address is looked at each time one is opened, so a name may mean what it likes later. */
export function createHookClient(options: HookClientOptions): HookClient {
  const { connectMs = CONNECT_MS, totalMs = TOTAL_MS } = options;
  const reach = createReach(options);
  const agents = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 4 };
  const plain = new http.Agent(agents);
  const secure = new https.Agent(agents);
  const ask = async (call: HookCall, fresh: boolean): Promise<HookOutcome> => {
    const url = new URL(call.url);
    const begun = performance.now();
    const took = () => Math.round(performance.now() - begun);
    if (!reach.mayAsk(url)) return { kind: 'failed', reason: 'refused-target', tookMilliseconds: 0 };
    const isSecure = url.protocol === 'https:';
    const agent = fresh ? false : isSecure ? secure : plain;
    const headers = { ...call.headers, 'content-length': String(Buffer.byteLength(call.body)) };
    const lookup = reach.lookupFor(url);
    const request = (isSecure ? https : http).request(url, { method: 'POST', agent, headers, lookup });
    try {
      const response = await answerTo(request, call.body, { connectMs, totalMs, isSecure });
      const body = await readBeginning(response, totalMs - took());
      const retryAfter = response.headers['retry-after'] ?? null;
      return { kind: 'answered', status: response.statusCode!, retryAfter, body, tookMilliseconds: took() };
    } catch (error) {
      // it hung up a connection that had been idle, before it read anything
      if (request.reusedSocket && !fresh && codeOf(error) === 'ECONNRESET') return ask(call, true);
      return { kind: 'failed', reason: reasonOf(error), tookMilliseconds: took() };
    } finally {
      request.destroy();
    }
  };
  return {
    async post(call) {
      const send = (headers?: Record<string, string>) =>
        ask(headers ? { ...call, headers: { ...call.headers, ...headers } } : call, false);
      const outcome = await (options.trace ? options.trace('post', send, outcomeOf) : send());
      options.watch?.(outcomeOf(outcome).outcome, outcome.tookMilliseconds / 1000);
      return outcome;
    },
    inspect: (text) => reach.inspect(new URL(text)),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

const outcomeOf = (outcome: HookOutcome) =>
  outcome.kind === 'answered'
    ? { outcome: `${Math.floor(outcome.status / 100)}xx`, failed: outcome.status >= 300 }
    : { outcome: outcome.reason, failed: true };

type Limits = { connectMs: number; totalMs: number; isSecure: boolean };

/** The head of the answer, in time. */
async function answerTo(
  request: http.ClientRequest,
  body: string,
  { connectMs, totalMs, isSecure }: Limits,
): Promise<http.IncomingMessage> {
  const late = () => request.destroy(new Refused('timeout'));
  const timers = [setTimeout(late, connectMs), setTimeout(late, totalMs)];
  request.once('socket', (socket) => {
    const connected = () => clearTimeout(timers[0]);
    if (request.reusedSocket) connected();
    else socket.once(isSecure ? 'secureConnect' : 'connect', connected);
  });
  try {
    return await new Promise((resolve, reject) => {
      request.once('response', resolve);
      // stays: what breaks after the head has come is heard, too
      request.on('error', reject);
      request.end(body);
    });
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

function reasonOf(error: unknown): HookFailure {
  if (error instanceof Refused) return error.reason;
  // several addresses were tried
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'connection-refused';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (code.startsWith('HPE_')) return 'invalid-answer';
  return /TLS|SSL|CERT|UNABLE_TO_VERIFY|SELF_SIGNED/.test(code) ? 'tls-failed' : 'connection-failed';
}
