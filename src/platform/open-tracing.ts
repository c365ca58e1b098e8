import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Log } from './log.ts';
import type { Span, SpanStart, Tracing } from './tracing.ts';
import { readTraceparent } from './tracing.ts';
import type { TracingConfig } from './tracing-config.ts';

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};
const CLOSE_MS = 3_000;

/** Spans by OpenTelemetry, posted in batches to a collector: what it does not take is dropped. Nothing is registered globally. */
export function openTracing(config: TracingConfig, log: Log): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ ...config.attributes, 'service.name': config.serviceName }),
    sampler: samplerOf(config),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: config.url, headers: config.headers }) }),
    ],
  });
  const tracer = provider.getTracer('ulak');
  const contexts = new AsyncLocalStorageContextManager().enable();
  const open = ({ name, kind, attributes = {}, from }: SpanStart, under: Context) => {
    const inner = tracer.startSpan(name, { kind: KINDS[kind], attributes }, remote(from) ?? under);
    return { inner, span: spanOf(inner) };
  };
  return {
    on: true,
    async span(start, work) {
      const { inner, span } = open(start, contexts.active());
      try {
        return await contexts.with(trace.setSpan(contexts.active(), inner), () => work(span));
      } catch (error) {
        span.fail(error instanceof Error ? error.constructor.name : typeof error);
        throw error;
      } finally {
        inner.end();
      }
    },
    begin(start, parent) {
      const under = parent ? (remote(parent.traceparent) ?? ROOT_CONTEXT) : contexts.active();
      return open(start, under).span;
    },
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref());
      await Promise.race([provider.shutdown(), late]).catch((error: unknown) =>
        log.warn({ err: error }, 'the last spans were not handed over'),
      );
      contexts.disable();
    },
  };
}

function spanOf(inner: import('@opentelemetry/api').Span): Span {
  const { traceId, spanId, traceFlags } = inner.spanContext();
  return {
    rename: (name) => void inner.updateName(name),
    set: (attributes) => void inner.setAttributes(attributes),
    fail: (reason) =>
      void inner.setStatus({ code: SpanStatusCode.ERROR, message: reason }).setAttribute('error.type', reason),
    end: () => inner.end(),
    traceId,
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
  };
}

function remote(header: string | null | undefined): Context | undefined {
  const [, traceId, spanId, flags] = readTraceparent(header)?.split('-') ?? [];
  if (!traceId || !spanId) return undefined;
  const traceFlags = Number.parseInt(flags ?? '0', 16);
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function samplerOf({ sampler, share }: TracingConfig): Sampler {
  const name = sampler.replace('parentbased_', '');
  const root =
    name === 'always_off'
      ? new AlwaysOffSampler()
      : name === 'traceidratio'
        ? new TraceIdRatioBasedSampler(share)
        : new AlwaysOnSampler();
  return name === sampler ? root : new ParentBasedSampler({ root });
}
