import type { SimulatorOptions } from '#evolution/simulator/simulator-options.ts';
import { type Simulator, startSimulator } from '#evolution/simulator/start-simulator.ts';
import { until, WebhookReceiver } from './webhook-receiver.ts';

export const quick: SimulatorOptions = {
  createWaitMs: 0,
  connectWaitMs: 0,
  autoScanMs: 5,
  reconnectMs: 10,
  ackDelaysMs: { server: 10, delivery: 20, read: 30 },
  webhook: { timeoutMs: 200, maxAttempts: 4, initialDelayMs: 20, maxDelayMs: 60 },
};

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies of many shapes
  body: any;
}

/** A simulator, a webhook receiver and one or more open instances, closed together. */
export class OpenInstance implements AsyncDisposable {
  readonly simulator: Simulator;
  readonly receiver: WebhookReceiver;

  constructor(simulator: Simulator, receiver: WebhookReceiver) {
    this.simulator = simulator;
    this.receiver = receiver;
  }

  static async start(options: SimulatorOptions = {}, names = ['a']): Promise<OpenInstance> {
    const open = new OpenInstance(await startSimulator({ ...quick, ...options }), await WebhookReceiver.start());
    for (const name of names) await open.create(name);
    return open;
  }

  async create(name: string, webhook: Record<string, unknown> = {}): Promise<Answer> {
    const answer = await this.post('/instance/create', {
      instanceName: name,
      integration: 'WHATSAPP-BAILEYS',
      qrcode: true,
      webhook: { url: `${this.receiver.url}/${name}`, events: [], ...webhook },
    });
    await until(`${name} open`, () => this.stateOf(name) === 'open');
    await until(`${name} announced`, () => this.states(name).includes('open') || webhook.events !== undefined);
    return answer;
  }

  stateOf(name: string): string | undefined {
    return this.simulator.instances().find((instance) => instance.name === name)?.state;
  }

  /** The states announced by connection.update. */
  states(name: string): string[] {
    const updates = this.receiver.ofEvent('connection.update').filter(({ body }) => body.instance === name);
    return updates.map(({ body }) => body.data.state);
  }

  /** The statuses announced by messages.update. */
  statuses(keyId?: string): string[] {
    const updates = this.receiver.ofEvent('messages.update').map(({ body }) => body.data);
    return updates.filter((data) => keyId === undefined || data.keyId === keyId).map(({ status }) => status);
  }

  async call(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
    const response = await fetch(`${this.simulator.url}${path}`, {
      method,
      headers: { apikey: this.simulator.apiKey, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null };
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.call('POST', path, body);
  }

  sendText(number: string, extra: Record<string, unknown> = {}, instance = 'a'): Promise<Answer> {
    return this.post(`/message/sendText/${instance}`, { number, text: 'merhaba', ...extra });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulator.close();
    await this.receiver[Symbol.asyncDispose]();
  }
}
