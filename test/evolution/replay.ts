import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Simulator, startSimulator } from '#evolution/simulator/start-simulator.ts';
import { shapeDifferences } from './shape-differences.ts';
import { until, WebhookReceiver } from './webhook-receiver.ts';

interface HookShape {
  event: string;
  /** The sorted keys of the body. */
  envelope: string;
  data: unknown;
}

/** One exchange as recorded, an act on the simulator where WhatsApp's side did something, or a wait. */
export interface Step {
  recording?: string;
  request?: { method: string; path: string; key?: string; body?: unknown; multipart?: Record<string, string> };
  response?: { status: number; body: unknown };
  webhooks?: HookShape[];
  act?: { method: string; path: string; body?: unknown };
  waitOpen?: string;
  waitGone?: string;
}

export function readScenario(name: string): Step[] {
  return JSON.parse(readFileSync(new URL(`./recordings/${name}.json`, import.meta.url), 'utf8'));
}

const fileParts = /^<file (\S+) (\S+) \d+ bytes>$/;
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

function formData(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    const [, fileName, type] = fileParts.exec(value) ?? [];
    if (fileName && type) form.set(name, new Blob([png], { type }), fileName);
    else form.set(name, value);
  }
  return form;
}

/** Plays a scenario against its own simulator; message ids of the recording are translated on the way. */
export class Replay implements AsyncDisposable {
  readonly simulator: Simulator;
  readonly receiver: WebhookReceiver;
  #ids = new Map<string, string>();

  constructor(simulator: Simulator, receiver: WebhookReceiver) {
    this.simulator = simulator;
    this.receiver = receiver;
  }

  static async start(): Promise<Replay> {
    const simulator = await startSimulator({
      createWaitMs: 0,
      connectWaitMs: 0,
      reconnectMs: 15,
      ackDelaysMs: { server: 15, delivery: 30, read: 45 },
      webhook: { timeoutMs: 1_000, maxAttempts: 4, initialDelayMs: 30, maxDelayMs: 100 },
    });
    return new Replay(simulator, await WebhookReceiver.start());
  }

  #translate<Value>(value: Value): Value {
    let text = JSON.stringify(value ?? null);
    text = text.replaceAll('{receiver}', this.receiver.url).replaceAll('{simulator}', this.simulator.url);
    for (const [recorded, simulated] of this.#ids) text = text.replaceAll(recorded, simulated);
    return JSON.parse(text);
  }

  async #call(method: string, path: string, key: string | undefined, body: unknown): Promise<[number, unknown]> {
    const multipart = body instanceof FormData;
    const headers: Record<string, string> = multipart ? {} : { 'content-type': 'application/json' };
    if (key !== undefined) headers.apikey = key === 'global' ? this.simulator.apiKey : key;
    const encoded = multipart || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${this.simulator.url}${path}`, { method, headers, body: encoded });
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json');
    return [response.status, json ? JSON.parse(text) : text];
  }

  #learnId(recorded: unknown, simulated: unknown): void {
    const [from, to] = [recorded, simulated].map((body) => (body as { key?: { id?: string } } | null)?.key?.id);
    if (from && to) this.#ids.set(from, to);
  }

  async #exchange({ request, response }: Step): Promise<string[]> {
    if (!request || !response) return [];
    const translated = this.#translate(request.body);
    const body = request.multipart ? formData(request.multipart) : request.body === undefined ? undefined : translated;
    const [status, answer] = await this.#call(request.method, request.path, request.key, body);
    this.#learnId(response.body, answer);
    if (status !== response.status)
      return [`status ${response.status} recorded, ${status} simulated: ${JSON.stringify(answer)}`];
    if (typeof response.body === 'string') return typeof answer === 'string' ? [] : ['a text was recorded'];
    return shapeDifferences(this.#translate(response.body), answer);
  }

  async #compareWebhooks(expected: HookShape[], from: number): Promise<string[]> {
    await until(`${expected.length} webhooks`, () => this.receiver.received.length - from >= expected.length).catch(
      () => {},
    );
    await pause(5);
    const got = this.receiver.received.slice(from);
    const names = (events: string[]) => events.sort().join(' ');
    const [recorded, simulated] = [names(expected.map(({ event }) => event)), names(got.map(({ body }) => body.event))];
    if (recorded !== simulated) return [`webhooks ${recorded} recorded, ${simulated} simulated`];
    return expected.flatMap((hook) => {
      // Deliveries are not ordered: the best fitting one of the same event counts.
      const candidates = got.filter(({ body }) => body.event === hook.event);
      const fits = candidates.map(({ body }) => [
        ...shapeDifferences(this.#translate(hook.data), body.data, hook.event),
        ...(Object.keys(body).sort().join(' ') === hook.envelope
          ? []
          : [`${hook.event}: other keys than ${hook.envelope}`]),
      ]);
      return fits.sort((a, b) => a.length - b.length)[0] ?? [];
    });
  }

  /** The differences of one step; none is what a test wants. */
  async play(step: Step): Promise<string[]> {
    const from = this.receiver.received.length;
    const { act, waitOpen, waitGone } = step;
    const state = (name: string) => this.simulator.instances().find((instance) => instance.name === name)?.state;
    if (waitOpen) await until(`${waitOpen} open`, () => state(waitOpen) === 'open');
    if (waitGone) await until(`${waitGone} gone`, () => state(waitGone) === undefined);
    if (waitOpen || waitGone) await pause(20);
    if (act) {
      const [status, answer] = await this.#call(act.method, act.path, 'global', this.#translate(act.body));
      if (status >= 300) return [`${act.path} answered ${status}: ${JSON.stringify(answer)}`];
      if (!step.webhooks) await pause(20);
    }
    const differences = await this.#exchange(step);
    return [...differences, ...(step.webhooks ? await this.#compareWebhooks(step.webhooks, from) : [])];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulator.close();
    await this.receiver[Symbol.asyncDispose]();
  }
}
