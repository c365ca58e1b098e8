import { onTrail } from './trail.ts';

export type Attributes = Record<string, string | number | boolean>;

/** A step of the work, timed. */
export type Span = {
  rename(name: string): void;
  set(attributes: Attributes): void;
  /** It went wrong. The class of the error is told, nothing of its message. */
  fail(reason: string): void;
  end(): void;
  readonly traceId: string | undefined;
  /** As W3C has it sent along. */
  readonly traceparent: string | undefined;
};

export type SpanStart = {
  name: string;
  kind: 'server' | 'client' | 'consumer' | 'internal';
  attributes?: Attributes;
  /** W3C's traceparent of where it came from; else what is under way. */
  from?: string | null | undefined;
};

/** Spans for OpenTelemetry, or for nobody. */
export type Tracing = {
  readonly on: boolean;
  /** Does `work` under a span, which ends with it. */
  span<T>(start: SpanStart, work: (span: Span) => Promise<T>): Promise<T>;
  /** A span under the one at work, or `parent`; ended by hand. */
  begin(start: SpanStart, parent?: Span): Span;
  /** Hands over what is left. */
  close(): Promise<void>;
};

const noSpan: Span = {
  rename: () => {},
  set: () => {},
  fail: () => {},
  end: () => {},
  traceId: undefined,
  traceparent: undefined,
};

/** Costs nothing. */
export const noTracing: Tracing = {
  on: false,
  span: (_, work) => work(noSpan),
  begin: () => noSpan,
  close: async () => {},
};

/** Where a trace enters: what is logged, and the jobs that are sent meanwhile, know of it. */
export const traceEntry = <T>(tracing: Tracing, start: SpanStart, work: (span: Span) => Promise<T>): Promise<T> =>
  tracing.on
    ? tracing.span(start, (span) => onTrail({ traceId: span.traceId, traceparent: span.traceparent }, () => work(span)))
    : work(noSpan);

/** Calls another server: `send` is given the headers that tell it of the trace. */
export type TraceCall = <T>(
  name: string,
  send: (headers: Record<string, string>) => Promise<T>,
  outcomeOf: (answer: T) => { outcome: string; failed: boolean },
) => Promise<T>;

/** Undefined where nothing is traced. `system`: whom it calls. */
export function traceCalls(tracing: Tracing, system: string): TraceCall | undefined {
  if (!tracing.on) return undefined;
  return (name, send, outcomeOf) =>
    tracing.span(
      { name: `${system} ${name}`, kind: 'client', attributes: { 'peer.service': system } },
      async (span) => {
        const answer = await send(span.traceparent ? { traceparent: span.traceparent } : {});
        const { outcome, failed } = outcomeOf(answer);
        span.set({ 'ulak.outcome': outcome });
        if (failed) span.fail(outcome);
        return answer;
      },
    );
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** W3C's header, where it is one. */
export const readTraceparent = (header: string | null | undefined): string | null =>
  header && TRACEPARENT.test(header) ? header : null;
