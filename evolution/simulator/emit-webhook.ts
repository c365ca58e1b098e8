import type { Instance, WebhookConfig } from './instance.ts';
import { drawMilliseconds } from './randomness.ts';
import { sleep } from './sleep.ts';
import { configurationName, pathSegment, type WebhookEvent } from './webhook-events.ts';
import type { World } from './world.ts';

const finalStatuses = new Set([400, 401, 403, 404, 422]);

/** The configured headers; `jwt_key` becomes a bearer token made once per event, before any retry. */
async function deliveryHeaders(
  world: World,
  configured: Record<string, string> | null,
): Promise<Record<string, string>> {
  if (!configured) return {};
  const { jwt_key: key, ...headers } = configured;
  if (!key) return headers;
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization');
  return { ...Object.fromEntries(others), authorization: await world.bearer(key) };
}

async function deliver(world: World, url: string, body: string, headers: Record<string, string>): Promise<void> {
  const { maxAttempts, initialDelayMs, maxDelayMs } = world.options.webhook;
  for (let attempt = 1; attempt <= maxAttempts && !world.closed; attempt += 1) {
    const status = await world.webhooks.post(url, body, headers);
    if (status !== null && ((status >= 200 && status < 300) || finalStatuses.has(status))) return;
    if (attempt === maxAttempts) return;
    const pause = Math.min(initialDelayMs * 2 ** (attempt - 1), maxDelayMs);
    await sleep(pause * (0.8 + world.draw() * 0.4));
  }
}

async function throughWeather(world: World, send: () => Promise<void>): Promise<void> {
  const { weather } = world;
  if (weather.paused) await new Promise<void>((resolve) => weather.waiting.push(resolve));
  if (weather.loseShare > 0 && world.draw() < weather.loseShare) return;
  const extra = weather.reorder === true ? 250 : Number(weather.reorder);
  const delay = drawMilliseconds(world.draw, weather.delayMs) + (extra > 0 ? world.draw() * extra : 0);
  if (delay > 0) await sleep(delay);
  const twice = weather.duplicateShare > 0 && world.draw() < weather.duplicateShare;
  await (twice ? Promise.all([send(), send()]) : send());
}

function envelope(world: World, instance: Instance, hook: WebhookConfig, event: WebhookEvent, data: unknown): string {
  return JSON.stringify({
    event,
    instance: instance.record.name,
    data,
    destination: hook.url,
    date_time: new Date(world.options.now()).toISOString(),
    ...(instance.sender ? { sender: instance.sender } : {}),
    server_url: world.url,
    apikey: world.options.exposeInstanceKey ? instance.record.token : null,
  });
}

/**
 * Posts the event to the instance's webhook, retrying as Evolution does. URL, events and headers are those
 * of this moment. The promise settles when it was delivered or given up; callers that do not wait use `void`.
 */
export async function emitWebhook(world: World, instance: Instance, event: WebhookEvent, data: unknown): Promise<void> {
  const hook = instance.record.webhook;
  if (!hook?.enabled || world.closed || !hook.events.includes(configurationName(event))) return;
  if (!/^https?:\/\//.test(hook.url) || !URL.canParse(hook.url)) return;
  const url = hook.webhookByEvents ? `${hook.url}/${pathSegment(event)}` : hook.url;
  const body = envelope(world, instance, hook, event, data);
  const headers = await deliveryHeaders(world, hook.headers);
  await throughWeather(world, () => deliver(world, url, body, headers));
}
