import type { AckStep } from './ack-plan.ts';
import { type BearerMaker, createBearerMaker } from './bearer-token.ts';
import type { FaultRule } from './faults.ts';
import { FlightRecorder } from './flight-recorder.ts';
import type { Instance } from './instance.ts';
import type { Journal } from './journal.ts';
import { createDraw, type Draw } from './randomness.ts';
import { SendLog } from './send-log.ts';
import type { ResolvedOptions } from './simulator-options.ts';
import { createWebhookSender, type WebhookSender } from './webhook-sender.ts';
import { calmWeather, type WebhookWeather } from './webhook-weather.ts';

/** Everything one simulator owns; passed as the first argument everywhere. */
export interface World {
  options: ResolvedOptions;
  url: string;
  draw: Draw;
  /** For faults alone: which calls they hit must not hang on how many webhooks were sent meanwhile. */
  drawFault: Draw;
  instances: Map<string, Instance>;
  faults: FaultRule[];
  ackPlans: Map<string, AckStep[]>;
  weather: WebhookWeather;
  webhooks: WebhookSender;
  bearer: BearerMaker;
  sendLog: SendLog;
  flights: FlightRecorder;
  /** Phones whose existence was looked up before (IsOnWhatsapp, shared by all instances). */
  knownNumbers: Set<string>;
  journal: Journal;
  closed: boolean;
}

export function createWorld(options: ResolvedOptions, journal: Journal): World {
  return {
    options,
    url: '',
    draw: createDraw(options.seed),
    drawFault: createDraw(options.seed),
    instances: new Map(),
    faults: [],
    ackPlans: new Map(),
    weather: calmWeather(),
    webhooks: createWebhookSender(options.webhook.timeoutMs),
    bearer: createBearerMaker(),
    sendLog: new SendLog(),
    flights: new FlightRecorder(),
    knownNumbers: new Set(),
    journal,
    closed: false,
  };
}

/** Runs the task later unless the simulator was closed meanwhile; never keeps the process alive. */
export function later(world: World, milliseconds: number, task: () => void): void {
  setTimeout(() => {
    if (!world.closed) task();
  }, milliseconds).unref();
}

export function saveInstance(world: World, instance: Instance): void {
  instance.record.updatedAt = new Date().toISOString();
  world.journal.write({ line: 'instance', record: instance.record });
}
