import { z } from '@hono/zod-openapi';
import type { AppContext } from '#src/context.ts';
import { breakerStates, instanceStatuses } from '#src/db/schema/instances.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantOut, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { LaneHealth } from './breaker.ts';
import { currentQr, type Instance } from './instance.ts';
import { managerUrlOf } from './manager-url-of.ts';
import type { InstanceView, ServerWithLoad } from './queries.ts';

const PhoneNumber = z
  .string()
  .trim()
  .min(4)
  .max(32)
  .openapi({ description: 'For a pairing code beside the QR code', example: '0532 111 22 33' });

export const CreateInstanceBody = z
  .strictObject({ name: z.string().trim().min(1).max(100).optional(), number: PhoneNumber.optional() })
  .openapi('CreateInstance');

export const ConnectBody = z.strictObject({ number: PhoneNumber.optional() }).openapi('ConnectInstance');

export const QrOut = z
  .object({
    code: z.string(),
    base64: z.string().openapi({ description: 'A data URL: image/png' }),
    expiresAt: InstantOut,
    pairingCode: z.string().nullable(),
  })
  .openapi('QrCode');

const breaker = {
  state: z.enum(breakerStates),
  reason: z.string().nullable().openapi({
    description: 'error-rate, acks-stalled, refused-cold, connection-trouble, probe-failed',
  }),
  since: InstantOut.nullable(),
  retryAt: InstantOut.nullable(),
};
const HealthOut = z
  .object({
    ...breaker,
    errorRate: z.number().nullable().openapi({ description: 'Of the newest messages: 0 to 1' }),
    cold: z.object(breaker).openapi({ description: 'The same for customers never written with before' }),
  })
  .openapi('InstanceHealth', {
    description:
      'While `open` nothing is sent; at `retryAt` one message finds out (`half-open`), and its ack closes it.',
  });

export const InstanceOut = z
  .object({
    id: Id,
    name: z.string(),
    status: z.enum(instanceStatuses),
    statusReason: z.string().nullable().openapi({
      description:
        'scan-qr, moved (to another server: a new QR code is on its way), qr-expired, offline, removed, logged-out, temporarily-banned, banned, refused',
    }),
    disconnectCode: z.int().nullable(),
    phone: z.string().nullable(),
    profileName: z.string().nullable(),
    qr: QrOut.omit({ pairingCode: true }).nullable(),
    pairingCode: z.string().nullable(),
    managerUrl: z.string().openapi({ description: "Evolution's own panel, for operators" }),
    connectedAt: InstantOut.nullable(),
    health: HealthOut,
    createdAt: InstantOut,
  })
  .openapi('Instance');

export const InstancePage = pageOf(InstanceOut).openapi('InstancePage');

export function presentInstance(
  ctx: AppContext,
  { instance, server, health }: InstanceView,
): z.input<typeof InstanceOut> {
  const qr = presentQr(instance, ctx.clock.now());
  return {
    id: instance.id,
    name: instance.name,
    status: instance.status,
    statusReason: instance.statusReason,
    disconnectCode: instance.disconnectCode,
    phone: instance.phone,
    profileName: instance.profileName,
    qr: qr && { code: qr.code, base64: qr.base64, expiresAt: qr.expiresAt },
    pairingCode: qr?.pairingCode ?? null,
    managerUrl: managerUrlOf(ctx, server),
    connectedAt: toInstant(instance.connectedAt),
    health: presentHealth(health),
    createdAt: toInstant(instance.createdAt),
  };
}

function presentHealth(health: LaneHealth[]): z.input<typeof HealthOut> {
  const of = (scope: LaneHealth['scope']) => {
    const row = health.find((row) => row.scope === scope);
    const never = { state: 'closed' as const, reason: null, since: null, retryAt: null };
    return row
      ? { state: row.state, reason: row.reason, since: toInstant(row.sinceAt), retryAt: toInstant(row.retryAt) }
      : never;
  };
  const errorRate = health.find(({ scope }) => scope === 'all')?.errorRate ?? null;
  return { ...of('all'), errorRate, cold: of('cold') };
}

export function presentQr(instance: Instance, now: Date): z.input<typeof QrOut> | null {
  const qr = currentQr(instance, now);
  return (
    qr && { code: qr.code, base64: qr.image, expiresAt: toInstant(qr.expiresAt), pairingCode: instance.pairingCode }
  );
}

const ServerUrl = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine(
    (url) => isPlain(url),
    bothLanguages({ en: 'No user name, query or fragment', tr: 'Kullanıcı adı, sorgu veya parça içeremez' }),
  )
  .transform((url) => url.replace(/\/+$/, ''));

function isPlain(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password, search, hash } = new URL(url);
  return !username && !password && !search && !hash;
}

const ApiKey = z
  .string()
  .min(1)
  .max(500)
  .regex(
    /^[\x21-\x7e]+$/,
    bothLanguages({ en: 'Visible ASCII characters only', tr: 'Yalnızca görünür ASCII karakterler' }),
  );
const Capacity = z.int().min(0).max(1_000_000);

export const AddServerBody = z
  .strictObject({ url: ServerUrl, apiKey: ApiKey, capacity: Capacity.default(50), enabled: z.boolean().default(true) })
  .openapi('AddEvolutionServer');

export const UpdateServerBody = z
  .strictObject({
    url: ServerUrl.optional(),
    apiKey: ApiKey.optional(),
    capacity: Capacity.optional(),
    enabled: z.boolean().optional(),
  })
  .openapi('UpdateEvolutionServer');

export const ServerOut = z
  .object({
    id: Id,
    url: z.string(),
    capacity: z.int(),
    enabled: z.boolean().openapi({
      description: 'False: it is drained, no instance comes to it; those there stay until they are moved or deleted',
    }),
    instanceCount: z
      .int()
      .openapi({ description: 'Places taken, also by instances on their way here and by what moved ones have left' }),
    openCount: z.int().openapi({ description: 'Connected' }),
    health: z.object({
      reachable: z.boolean().nullable().openapi({ description: 'Null: not looked yet' }),
      since: InstantOut.nullable(),
      version: z.string().nullable(),
      latencyMs: z.int().nullable(),
      checkedAt: InstantOut.nullable(),
      lastError: z.string().nullable(),
      lastErrorAt: InstantOut.nullable(),
    }),
    managerUrl: z.string(),
    createdAt: InstantOut,
  })
  .openapi('EvolutionServer');

export const ServerPage = pageOf(ServerOut).openapi('EvolutionServerPage');

export const presentServer = (ctx: AppContext, row: ServerWithLoad): z.input<typeof ServerOut> => ({
  id: row.id,
  url: row.url,
  capacity: row.capacity,
  enabled: row.enabled,
  instanceCount: row.instanceCount,
  openCount: row.openCount,
  health: {
    reachable: row.reachable,
    since: toInstant(row.reachableSinceAt),
    version: row.version,
    latencyMs: row.latencyMs,
    checkedAt: toInstant(row.checkedAt),
    lastError: row.lastError,
    lastErrorAt: toInstant(row.lastErrorAt),
  },
  managerUrl: managerUrlOf(ctx, row),
  createdAt: toInstant(row.createdAt),
});
