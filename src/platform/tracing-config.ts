import { z } from 'zod';

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const url = z.url({ protocol: /^https?$/ });
const pairs = (what: string) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((pair) => pair.trim() !== ''))
    .refine((found) => found.every((pair) => pair.indexOf('=') > 0), what)
    .transform((found) => Object.fromEntries(found.map((pair) => readPair(pair))));

function readPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  const value = pair.slice(at + 1).trim();
  try {
    return [pair.slice(0, at).trim(), decodeURIComponent(value)];
  } catch {
    return [pair.slice(0, at).trim(), value];
  }
}

/** OpenTelemetry's own variables, as far as we follow them. */
export const tracingEnvironment = {
  OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.literal('http/protobuf').default('http/protobuf'),
  OTEL_EXPORTER_OTLP_HEADERS: pairs('pairs such as api-key=secret, separated by commas'),
  OTEL_SERVICE_NAME: z.string().min(1).max(255).default('ulak'),
  OTEL_RESOURCE_ATTRIBUTES: pairs('pairs such as deployment.environment=production, separated by commas'),
  OTEL_TRACES_SAMPLER: z.enum(samplers).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'a share from 0 to 1')
    .default('1')
    .transform(Number),
};

export type TracingConfig = {
  /** Where spans are posted to. */
  url: string;
  headers: Record<string, string>;
  serviceName: string;
  attributes: Record<string, string>;
  sampler: (typeof samplers)[number];
  share: number;
};

/** Null where no endpoint is named, or all is switched off. */
export function arrangeTracing(env: z.output<z.ZodObject<typeof tracingEnvironment>>): TracingConfig | null {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '');
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base}/v1/traces`);
  if (!url || env.OTEL_SDK_DISABLED === 'true') return null;
  return {
    url,
    headers: env.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: env.OTEL_SERVICE_NAME,
    attributes: env.OTEL_RESOURCE_ATTRIBUTES,
    sampler: env.OTEL_TRACES_SAMPLER,
    share: env.OTEL_TRACES_SAMPLER_ARG,
  };
}
