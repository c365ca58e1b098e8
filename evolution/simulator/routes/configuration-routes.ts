import type { Hono } from 'hono';
import { badRequest, uncaught } from '#evolution/simulator/evolution-error.ts';
import { guardInstance } from '#evolution/simulator/guards.ts';
import { datedNow, type Instance, type WebhookConfig } from '#evolution/simulator/instance.ts';
import { setProxySchema, setSettingsSchema, setWebhookSchema } from '#evolution/simulator/instance-schemas.ts';
import { type Fields, readJson } from '#evolution/simulator/request-body.ts';
import { checkSchema } from '#evolution/simulator/schema-check.ts';
import { answer, type SimulatorEnv } from '#evolution/simulator/simulator-context.ts';
import { webhookEventNames } from '#evolution/simulator/webhook-events.ts';
import { saveInstance, type World } from '#evolution/simulator/world.ts';
import { addIntegrationRoutes } from './integration-routes.ts';

/** `headers`, `byEvents` and `base64` left out keep their old values; disabled stores no events. */
function mergeWebhook(old: WebhookConfig | null, given: Fields): WebhookConfig {
  const enabled = given.enabled === true;
  if (enabled && given.events === undefined) throw uncaught("Cannot read properties of undefined (reading 'length')");
  const events = enabled ? (given.events as string[]) : [];
  return {
    ...(old ?? datedNow()),
    updatedAt: new Date().toISOString(),
    url: String(given.url),
    headers: (given.headers as Record<string, string> | undefined) ?? old?.headers ?? null,
    enabled,
    events: enabled && events.length === 0 ? [...webhookEventNames] : events,
    webhookByEvents: (given.byEvents as boolean | undefined) ?? old?.webhookByEvents ?? false,
    webhookBase64: (given.base64 as boolean | undefined) ?? old?.webhookBase64 ?? false,
  };
}

function presentWebhook({ record }: Instance): unknown {
  return record.webhook ? { ...record.webhook, instanceId: record.id } : null;
}

function addWebhookRoutes(app: Hono<SimulatorEnv>, world: World): void {
  app.post('/webhook/set/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    const fields = await readJson(c);
    checkSchema(fields, setWebhookSchema);
    instance.record.webhook = mergeWebhook(instance.record.webhook, fields.webhook as Fields);
    saveInstance(world, instance);
    return answer(c, 201, presentWebhook(instance));
  });
  app.get('/webhook/find/:instanceName', (c) => answer(c, 200, presentWebhook(guardInstance(world, c))));
}

function addSettingsRoutes(app: Hono<SimulatorEnv>, world: World): void {
  app.post('/settings/set/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    const fields = await readJson(c);
    checkSchema(fields, setSettingsSchema);
    Object.assign(instance.record.settings, fields, { updatedAt: new Date().toISOString() });
    saveInstance(world, instance);
    return answer(c, 201, { settings: { instanceName: instance.record.name, settings: fields } });
  });
  app.get('/settings/find/:instanceName', (c) => {
    const {
      id: _id,
      createdAt: _createdAt,
      updatedAt: _updatedAt,
      ...settings
    } = guardInstance(world, c).record.settings;
    return answer(c, 200, settings);
  });
}

/** Stands in for Evolution's test call through the proxy. */
function proxyWorks(host: string): boolean {
  return !/^(127\.|localhost$|0\.0\.0\.0$)|\.invalid$/.test(host);
}

function addProxyRoutes(app: Hono<SimulatorEnv>, world: World): void {
  app.post('/proxy/set/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    const fields = await readJson(c);
    checkSchema(fields, setProxySchema);
    if (fields.enabled && !proxyWorks(String(fields.host))) throw badRequest('Invalid proxy');
    instance.record.proxy = {
      username: null,
      password: null,
      ...fields,
      ...datedNow(),
      instanceId: instance.record.id,
    };
    saveInstance(world, instance);
    return answer(c, 201, { proxy: { instanceName: instance.record.name, proxy: fields } });
  });
  app.get('/proxy/find/:instanceName', (c) => answer(c, 200, guardInstance(world, c).record.proxy));
}

export function addConfigurationRoutes(app: Hono<SimulatorEnv>, world: World): void {
  addWebhookRoutes(app, world);
  addSettingsRoutes(app, world);
  addProxyRoutes(app, world);
  addIntegrationRoutes(app, world);
}
