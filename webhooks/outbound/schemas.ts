import { z } from '@hono/zod-openapi';
import { deliveryStatuses, disabledReasons, replayStatuses } from '#src/db/schema/webhooks.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import { eventChoices, eventTypes } from './event-catalogue.ts';
import { PING } from './ping-endpoint.ts';
import type { DeliveryRow } from './queries.ts';
import type { Endpoint } from './require-endpoint.ts';
import type { Replay } from './start-replay.ts';

export const DeliveryParams = z.strictObject({ id: Id, deliveryId: Id });
export const ReplayParams = z.strictObject({ id: Id, replayId: Id });

const URL_MESSAGE = bothLanguages({ en: 'An https:// URL', tr: 'https:// ile başlayan bir adres' });
const Url = z
  .string()
  .max(2_000)
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), URL_MESSAGE)
  .openapi({ example: 'https://crm.example.com/hooks/ulak' });
const Choice = z.enum(eventChoices as [string, ...string[]]);
const Choices = z
  .array(Choice)
  .min(1)
  .max(50)
  .openapi({
    description: 'Types, families of them (`campaign.*`) or everything (`*`)',
    example: ['message.received', 'campaign.*'],
  });
const Description = z.string().trim().max(500).nullable();
const Enabled = z.boolean().openapi({ description: 'Switched on again it starts afresh; what waits is sent' });

export const EndpointIn = z
  .strictObject({
    url: Url,
    events: Choices,
    description: Description.optional(),
    enabled: Enabled.optional(),
  })
  .openapi('NewWebhookEndpoint');

export const EndpointChange = z
  .strictObject({ url: Url, events: Choices, description: Description, enabled: Enabled })
  .partial()
  .openapi('WebhookEndpointChange', { description: 'What is left out stays.' });

const endpointFields = {
  id: Id,
  url: z.string(),
  description: z.string().nullable(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  disabledReason: z
    .enum(disabledReasons)
    .nullable()
    .openapi({ description: '`gone`: it answered 410; `failing`: it took nothing for days' }),
  disabledAt: InstantOut.nullable(),
  failingSince: InstantOut.nullable().openapi({ description: 'Since when every attempt has failed' }),
  failuresInRow: z.int(),
  lastSuccessAt: InstantOut.nullable(),
  pausedUntil: InstantOut.nullable().openapi({ description: 'It asked for a pause, or keeps failing' }),
  previousSecretUntil: InstantOut.nullable().openapi({
    description: 'Until then the secret before this one signs, too',
  }),
  createdAt: InstantOut,
  updatedAt: InstantOut,
};
const Secret = z.string().openapi({ description: 'Shown only now', example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' });

export const EndpointOut = z.object(endpointFields).openapi('WebhookEndpoint');
export const EndpointPage = pageOf(EndpointOut).openapi('WebhookEndpointPage');
export const EndpointCreated = z.object({ ...endpointFields, secret: Secret }).openapi('WebhookEndpointCreated');
export const SecretOut = z.object({ secret: Secret, previousSecretUntil: InstantOut }).openapi('WebhookSecret');

export function presentEndpoint(row: Endpoint): z.input<typeof EndpointOut> {
  return {
    ...row,
    disabledAt: toInstant(row.disabledAt),
    failingSince: toInstant(row.failingSinceAt),
    lastSuccessAt: toInstant(row.lastSuccessAt),
    pausedUntil: toInstant(row.pausedUntilAt),
    previousSecretUntil: toInstant(row.previousSecretUntilAt),
    createdAt: toInstant(row.createdAt),
    updatedAt: toInstant(row.updatedAt),
  };
}

const attemptFields = {
  statusCode: z.int().nullable().openapi({ description: 'Null: no answer' }),
  error: z
    .string()
    .nullable()
    .openapi({
      description:
        'Null: it was taken (2xx). http-status, redirect, gone; refused-target, no-address, connection-refused, connection-failed, ' +
        'tls-failed, timeout, invalid-answer; secret-unreadable',
    }),
  tookMilliseconds: z.int(),
  response: z.string().nullable().openapi({ description: 'The beginning of the answer, 1 KB at most' }),
};

export const PingOut = z
  .object({ deliveryId: Id, delivered: z.boolean(), ...attemptFields })
  .openapi('WebhookTestResult');

export const DeliveryQuery = PageQuery.extend({
  status: z.enum(deliveryStatuses).optional(),
  event: z.enum([...eventTypes, PING]).optional(),
});
export const DeliveryOut = z
  .object({
    id: Id,
    eventId: Id.openapi({ description: 'The webhook-id' }),
    event: z.string(),
    status: z.enum(deliveryStatuses),
    nextAttemptAt: InstantOut.nullable(),
    deliveredAt: InstantOut.nullable(),
    createdAt: InstantOut,
    attempts: z.array(z.object({ at: InstantOut, ...attemptFields }).openapi('WebhookAttempt')),
  })
  .openapi('WebhookDelivery');
export const DeliveryPage = pageOf(DeliveryOut).openapi('WebhookDeliveryPage');

export const presentDelivery = ({ log, ...row }: DeliveryRow): z.input<typeof DeliveryOut> => ({
  ...row,
  event: row.eventType,
  nextAttemptAt: toInstant(row.dueAt),
  deliveredAt: toInstant(row.deliveredAt),
  createdAt: toInstant(row.createdAt),
  attempts: log.map((attempt) => ({ ...attempt, at: toInstant(attempt.attemptedAt) })),
});

export const ReplayIn = z
  .strictObject({
    from: InstantIn,
    to: InstantIn,
    events: Choices.optional(),
  })
  .openapi('NewWebhookReplay');
export const ReplayOut = z
  .object({
    id: Id,
    from: InstantOut,
    to: InstantOut,
    events: z.array(z.string()).nullable(),
    status: z.enum(replayStatuses),
    queuedCount: z.int(),
    createdAt: InstantOut,
    completedAt: InstantOut.nullable(),
  })
  .openapi('WebhookReplay');

export const presentReplay = (row: Replay): z.input<typeof ReplayOut> => ({
  ...row,
  from: toInstant(row.fromAt),
  to: toInstant(row.toAt),
  createdAt: toInstant(row.createdAt),
  completedAt: toInstant(row.completedAt),
});
