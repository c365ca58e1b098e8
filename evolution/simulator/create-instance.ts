import { randomUUID } from 'node:crypto';
import { startSocket } from './connection.ts';
import { emitWebhook } from './emit-webhook.ts';
import { badRequest, internal } from './evolution-error.ts';
import {
  createInstanceRecord,
  datedNow,
  type Instance,
  type Integration,
  loadInstance,
  noSettings,
  type Settings,
  type WebhookConfig,
} from './instance.ts';
import { createInstanceSchema } from './instance-schemas.ts';
import type { Fields } from './request-body.ts';
import { checkSchema } from './schema-check.ts';
import { sleep } from './sleep.ts';
import { webhookEventNames } from './webhook-events.ts';
import { saveInstance, type World } from './world.ts';

const integrations: readonly unknown[] = ['WHATSAPP-BAILEYS', 'WHATSAPP-BUSINESS', 'EVOLUTION'];

function checkCreate(fields: Fields): Integration {
  if (typeof fields.instanceName !== 'string') {
    throw internal(
      'PrismaClientValidationError: \nInvalid `this.prismaRepository.integrationSession.findFirst()` invocation in',
    );
  }
  checkSchema(fields, createInstanceSchema);
  if (!integrations.includes(fields.integration)) throw badRequest('Invalid integration');
  if (fields.integration === 'WHATSAPP-BUSINESS' && !fields.number) throw badRequest('number is required');
  return fields.integration as Integration;
}

/** Events must be given when a webhook is; an empty list means all of them. `enabled` is ignored here. */
function webhookOf(webhook: Fields | undefined): WebhookConfig | null {
  if (!webhook?.url) return null;
  if (!Array.isArray(webhook.events)) throw badRequest("Cannot read properties of undefined (reading 'length')");
  return {
    url: String(webhook.url),
    headers: (webhook.headers as Record<string, string> | undefined) ?? null,
    enabled: true,
    events: webhook.events.length > 0 ? (webhook.events as string[]) : [...webhookEventNames],
    webhookByEvents: webhook.byEvents === true,
    webhookBase64: webhook.base64 === true,
    ...datedNow(),
  };
}

function settingsOf(fields: Fields): Settings {
  const given = Object.keys(noSettings).filter((name) => fields[name] !== undefined);
  return { ...noSettings, ...Object.fromEntries(given.map((name) => [name, fields[name]])) };
}

function presentCreated(world: World, { record, state }: Instance): Record<string, unknown> {
  const business = record.integration === 'WHATSAPP-BUSINESS';
  const { webhook } = record;
  const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...settings } = record.settings;
  return {
    instance: {
      instanceName: record.name,
      instanceId: record.id,
      integration: record.integration,
      webhookWaBusiness: business ? `${world.url}/webhook/meta` : null,
      accessTokenWaBusiness: business ? 'evolution' : '',
      status: state,
    },
    hash: record.token,
    webhook: webhook
      ? {
          webhookUrl: webhook.url,
          ...(webhook.headers ? { webhookHeaders: webhook.headers } : {}),
          webhookByEvents: webhook.webhookByEvents,
          webhookBase64: webhook.webhookBase64,
        }
      : {},
    websocket: {},
    rabbitmq: {},
    nats: {},
    sqs: {},
    settings,
  };
}

/** POST /instance/create: with `qrcode: true` it sleeps before it answers and adds the QR code. */
export async function createInstance(world: World, fields: Fields): Promise<Record<string, unknown>> {
  const integration = checkCreate(fields);
  const record = createInstanceRecord({
    name: String(fields.instanceName),
    integration,
    token: typeof fields.token === 'string' && fields.token !== '' ? fields.token : randomUUID().toUpperCase(),
    number: (fields.number as string | undefined) ?? null,
    businessId: (fields.businessId as string | undefined) ?? null,
    webhook: webhookOf(fields.webhook as Fields | undefined),
    settings: settingsOf(fields),
  });
  const instance = loadInstance(record, world.options.messagesPerInstance);
  world.instances.set(record.name, instance);
  saveInstance(world, instance);
  void emitWebhook(world, instance, 'instance.create', { instanceName: record.name, instanceId: record.id });
  if (integration !== 'WHATSAPP-BAILEYS' || fields.qrcode !== true) return presentCreated(world, instance);
  await Promise.all([startSocket(world, instance, record.number ?? undefined), sleep(world.options.createWaitMs)]);
  return { ...presentCreated(world, instance), qrcode: instance.qr ?? { count: instance.qrCount } };
}
