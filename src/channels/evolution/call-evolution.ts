import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, isAxiosError } from 'axios';
import type { TraceCall } from '#src/platform/tracing.ts';
import { type Outcome, unavailable, unknown } from './outcome.ts';

export type Server = { url: string; apiKey: string };
export type Answer = { status: number; body: unknown };
export type Request = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs: number;
  apiKey?: string;
  /** 8 MB unless told. */
  answerLimitBytes?: number;
  /** Whether the last byte of a streamed body has been handed over; before that nothing can have been done with it. */
  handedOver?: () => boolean;
};
/** Sends one request; an answer of any status is an answer, all else an outcome. */
export type CallEvolution = (request: Request) => Promise<Answer | Outcome<never, never>>;

const ANSWER_LIMIT_BYTES = 8 * 1024 * 1024;
const REQUEST_LIMIT_BYTES = 136 * 1024 * 1024;
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/** Told of every call: `/message/sendText`, an HTTP status or what went wrong, and how long it took. */
export type WatchCalls = (call: string, outcome: string, seconds: number) => void;

/** A connection pool to one server. Redirects are not followed, and a path can never lead to another host. */
export function openServer(
  server: Server,
  watch?: WatchCalls,
  trace?: TraceCall,
): { call: CallEvolution; close(): void } {
  const agents = {
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 256 }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 256 }),
  };
  const http = axios.create({
    baseURL: server.url.replace(/\/+$/, ''),
    ...agents,
    proxy: false,
    maxRedirects: 0,
    allowAbsoluteUrls: false,
    maxContentLength: ANSWER_LIMIT_BYTES,
    maxBodyLength: REQUEST_LIMIT_BYTES,
    validateStatus: () => true,
    headers: { apikey: server.apiKey },
  });
  return {
    call: async (request) => {
      const begun = performance.now();
      // without the name of the instance
      const name = request.path.split('/', 3).join('/');
      const send = (headers?: Record<string, string>) =>
        callOnce(http, headers ? { ...request, headers: { ...request.headers, ...headers } } : request);
      const answer = await (trace ? trace(name, send, outcomeOf) : send());
      watch?.(name, outcomeOf(answer).outcome, (performance.now() - begun) / 1000);
      return answer;
    },
    close: () => {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

const outcomeOf = (answer: Answer | Outcome<never, never>) =>
  'status' in answer
    ? { outcome: String(answer.status), failed: answer.status >= 400 }
    : { outcome: answer.kind, failed: true };

async function callOnce(http: AxiosInstance, request: Request): Promise<Answer | Outcome<never, never>> {
  const { method, path, query, body, timeoutMs, apiKey } = request;
  try {
    const response = await http.request({
      method,
      url: path,
      params: query,
      data: body,
      headers: { ...request.headers, ...(apiKey && { apikey: apiKey }) },
      ...(request.answerLimitBytes && { maxContentLength: request.answerLimitBytes }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: response.data };
  } catch (error) {
    return classifyFailure(error, request);
  }
}

function classifyFailure(error: unknown, { timeoutMs, handedOver }: Request): Outcome<never, never> {
  const cause =
    error instanceof Error ? `${(error as { code?: string }).code ?? error.name}: ${error.message}` : String(error);
  if (handedOver && !handedOver()) return unavailable('upload-interrupted', cause);
  if (!isAxiosError(error)) throw error;
  if (/^maxContentLength/.test(error.message)) return unknown('answer-too-large', cause);
  if (error.code === 'ERR_CANCELED') return unknown('timeout', `no answer within ${timeoutMs} ms`);
  if (NEVER_CONNECTED.has(error.code ?? '')) return unavailable('refused-connection', cause);
  return unknown('connection-lost', cause);
}
