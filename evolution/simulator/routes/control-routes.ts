import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { acknowledgeSent } from '#evolution/simulator/ack-plan.ts';
import { closeForGood, dropConnection, scanQrCode, stormConnection } from '#evolution/simulator/connection.ts';
import {
  ackPlanSchema,
  closeSchema,
  faultRulesSchema,
  inboundSchema,
  resetSchema,
  scanSchema,
  stormSchema,
  weatherSchema,
} from '#evolution/simulator/control-schemas.ts';
import { EvolutionError } from '#evolution/simulator/evolution-error.ts';
import { digitsOf } from '#evolution/simulator/faults.ts';
import { guardGlobalKey } from '#evolution/simulator/guards.ts';
import { receiveInbound } from '#evolution/simulator/inbound.ts';
import type { Instance } from '#evolution/simulator/instance.ts';
import { toJid, userOf } from '#evolution/simulator/jid.ts';
import { readJson } from '#evolution/simulator/request-body.ts';
import { sendFigures } from '#evolution/simulator/send-figures.ts';
import { answer, type SimulatorEnv } from '#evolution/simulator/simulator-context.ts';
import { calmWeather, changeWeather } from '#evolution/simulator/webhook-weather.ts';
import type { World } from '#evolution/simulator/world.ts';

type ControlContext = Context<SimulatorEnv>;

async function readControl<Schema extends z.ZodType>(c: ControlContext, schema: Schema): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await readJson(c));
  if (parsed.success) return parsed.data;
  throw new EvolutionError(400, { status: 400, error: 'Bad Request', issues: parsed.error.issues });
}

function controlled(world: World, c: ControlContext): Instance {
  const name = c.req.param('instance') ?? '';
  const instance = world.instances.get(name);
  if (instance) return instance;
  throw new EvolutionError(404, { status: 404, error: 'Not Found', message: `no instance ${name}` });
}

function conflict(message: string): EvolutionError {
  return new EvolutionError(409, { status: 409, error: 'Conflict', message });
}

function stateOf({ record, state }: Instance): Record<string, unknown> {
  return { instance: record.name, state, connectionStatus: record.connectionStatus, ownerJid: record.ownerJid };
}

function addConnectionControls(control: Hono<SimulatorEnv>, world: World): void {
  control.post('/scan/:instance', async (c) => {
    const instance = controlled(world, c);
    const { number, profileName } = await readControl(c, scanSchema);
    if (!instance.qr) throw conflict('there is no QR code to scan');
    scanQrCode(world, instance, number, profileName);
    return answer(c, 200, stateOf(instance));
  });
  control.post('/close/:instance', async (c) => {
    const instance = controlled(world, c);
    const { statusReason, cause } = await readControl(c, closeSchema);
    closeForGood(world, instance, statusReason, cause ?? (statusReason === 401 ? 'device-removed' : 'login-refused'));
    return answer(c, 200, stateOf(instance));
  });
  control.post('/drop/:instance', (c) => {
    const instance = controlled(world, c);
    if (!instance.record.paired) throw conflict('only a paired instance reconnects');
    dropConnection(world, instance);
    return answer(c, 200, stateOf(instance));
  });
  control.post('/storm/:instance', async (c) => {
    const instance = controlled(world, c);
    const { perSecond, seconds } = await readControl(c, stormSchema);
    stormConnection(world, instance, perSecond, seconds);
    return answer(c, 202, stateOf(instance));
  });
  control.post('/inbound/:instance', async (c) => {
    const instance = controlled(world, c);
    const inbound = await readControl(c, inboundSchema);
    return answer(c, 202, { id: receiveInbound(world, instance, inbound) });
  });
}

function addBehaviourControls(control: Hono<SimulatorEnv>, world: World): void {
  control.put('/ack-plan/:number', async (c) => {
    const steps = await readControl(c, ackPlanSchema);
    world.ackPlans.set(userOf(toJid(c.req.param('number'))), steps);
    return answer(c, 200, { number: c.req.param('number'), steps });
  });
  control.delete('/ack-plan/:number', (c) => {
    world.ackPlans.delete(userOf(toJid(c.req.param('number'))));
    return c.body(null, 204);
  });
  control.post('/acks/:number', async (c) => {
    const steps = await readControl(c, ackPlanSchema);
    return answer(c, 202, { messages: acknowledgeSent(world, userOf(toJid(c.req.param('number'))), steps) });
  });
  control.post('/faults', async (c) => {
    world.faults.push(...(await readControl(c, faultRulesSchema)));
    return answer(c, 201, { rules: world.faults });
  });
  control.get('/faults', (c) => answer(c, 200, { rules: world.faults }));
  control.delete('/faults', (c) => {
    world.faults = [];
    return c.body(null, 204);
  });
  control.put('/webhooks', async (c) => {
    changeWeather(world.weather, await readControl(c, weatherSchema));
    const { waiting, ...weather } = world.weather;
    return answer(c, 200, { ...weather, held: waiting.length });
  });
}

/** Forgets everything; with `keepInstances` only sends, faults, plans and weather. */
export function resetWorld(world: World, keepInstances: boolean): void {
  world.faults = [];
  world.ackPlans.clear();
  changeWeather(world.weather, calmWeather());
  world.sendLog.clear();
  world.flights.clear();
  world.knownNumbers.clear();
  if (!keepInstances) {
    for (const instance of world.instances.values()) instance.epoch += 1;
    world.instances.clear();
  }
  world.journal.replaceWith([...world.instances.values()].map(({ record }) => ({ line: 'instance' as const, record })));
}

function addFigureControls(control: Hono<SimulatorEnv>, world: World): void {
  control.get('/sends', (c) => {
    const { instance, number } = c.req.query();
    return answer(c, 200, world.sendLog.records({ instance, number: number && digitsOf(number) }));
  });
  control.get('/counts', (c) => answer(c, 200, sendFigures(world)));
  control.get('/instances', (c) => answer(c, 200, [...world.instances.values()].map(stateOf)));
  control.post('/reset', async (c) => {
    resetWorld(world, (await readControl(c, resetSchema)).keepInstances);
    return c.body(null, 204);
  });
}

/** Everything under /simulator: what a test or the sandbox does to the world; needs the global key. */
export function controlRoutes(world: World): Hono<SimulatorEnv> {
  const control = new Hono<SimulatorEnv>();
  control.use(async (c, next) => {
    guardGlobalKey(world, c);
    await next();
  });
  addConnectionControls(control, world);
  addBehaviourControls(control, world);
  addFigureControls(control, world);
  return control;
}
