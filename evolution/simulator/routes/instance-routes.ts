import type { Hono } from 'hono';
import { closeForGood, startSocket } from '#evolution/simulator/connection.ts';
import { createInstance } from '#evolution/simulator/create-instance.ts';
import { deleteInstance } from '#evolution/simulator/delete-instance.ts';
import { badRequest, notFound, unauthorized } from '#evolution/simulator/evolution-error.ts';
import { guardGlobalKey, guardInstance, guardNameFree, hasGlobalKey } from '#evolution/simulator/guards.ts';
import type { Instance } from '#evolution/simulator/instance.ts';
import { setPresenceSchema } from '#evolution/simulator/instance-schemas.ts';
import { presentInstance } from '#evolution/simulator/present-instance.ts';
import { readJson } from '#evolution/simulator/request-body.ts';
import { checkSchema } from '#evolution/simulator/schema-check.ts';
import { answer, type SimulatorContext, type SimulatorEnv } from '#evolution/simulator/simulator-context.ts';
import { sleep } from '#evolution/simulator/sleep.ts';
import type { World } from '#evolution/simulator/world.ts';

function stateOf({ record, state }: Instance): Record<string, unknown> {
  return { instance: { instanceName: record.name, state } };
}

function currentQr(instance: Instance): unknown {
  return instance.qr ?? { count: instance.qrCount };
}

async function connect(world: World, instance: Instance, number?: string): Promise<unknown> {
  if (instance.record.integration !== 'WHATSAPP-BAILEYS' || instance.state === 'open') return stateOf(instance);
  if (instance.state === 'connecting') return currentQr(instance);
  await Promise.all([startSocket(world, instance, number), sleep(world.options.connectWaitMs)]);
  return (instance.state as string) === 'open' ? stateOf(instance) : currentQr(instance);
}

async function restart(world: World, instance: Instance): Promise<unknown> {
  if (instance.record.integration !== 'WHATSAPP-BAILEYS') return stateOf(instance);
  if (instance.storming) return { count: instance.qrCount };
  if (instance.state === 'close') return { error: true, message: '[object Object]' };
  // The close of the old socket is noticed only after the answer.
  const before = instance.state === 'open' ? stateOf(instance) : currentQr(instance);
  setImmediate(() => void startSocket(world, instance));
  return before;
}

function logout(world: World, instance: Instance): void {
  const { name, integration } = instance.record;
  if (instance.state === 'close') throw badRequest(`The "${name}" instance is not connected`);
  if (integration === 'WHATSAPP-BAILEYS') closeForGood(world, instance, 401, 'logout');
  else instance.state = 'close';
}

function fetchInstances(world: World, c: SimulatorContext): unknown {
  const { instanceName, instanceId, number } = c.req.query();
  const key = c.req.header('apikey');
  const all = [...world.instances.values()];
  const visible = hasGlobalKey(world, c) ? all : all.filter(({ record }) => record.token === key);
  if (!key || (visible.length === 0 && !hasGlobalKey(world, c))) throw unauthorized();
  const found = visible.filter(
    ({ record }) =>
      (instanceName === undefined || record.name === instanceName) &&
      (instanceId === undefined || record.id === instanceId) &&
      (number === undefined || record.number === number),
  );
  const asked = instanceName ?? instanceId;
  if (asked !== undefined && found.length === 0) throw notFound(`Instance "${asked}" not found`);
  return found.map(presentInstance);
}

/** 2.3.7 copies the query over the path parameters after the key was checked (a known hole, closed later). */
function connectionState(world: World, c: SimulatorContext): unknown {
  const instance = guardInstance(world, c);
  const overriding = c.req.query('instanceName');
  if (overriding === undefined) return stateOf(instance);
  return { instance: { instanceName: overriding, state: world.instances.get(overriding)?.state } };
}

export function addInstanceRoutes(app: Hono<SimulatorEnv>, world: World): void {
  app.post('/instance/create', async (c) => {
    const fields = await readJson(c);
    guardNameFree(world, fields.instanceName);
    guardGlobalKey(world, c);
    return answer(c, 201, await createInstance(world, fields));
  });
  app.get('/instance/fetchInstances', (c) => answer(c, 200, fetchInstances(world, c)));
  app.get('/instance/connectionState/:instanceName', (c) => answer(c, 200, connectionState(world, c)));
  app.get('/instance/connect/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    return answer(c, 200, await connect(world, instance, c.req.query('number')));
  });
  app.post('/instance/restart/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    return answer(c, 200, await restart(world, instance));
  });
  app.delete('/instance/logout/:instanceName', (c) => {
    logout(world, guardInstance(world, c));
    return answer(c, 200, { status: 'SUCCESS', error: false, response: { message: 'Instance logged out' } });
  });
  app.delete('/instance/delete/:instanceName', (c) => {
    deleteInstance(world, guardInstance(world, c));
    return answer(c, 200, { status: 'SUCCESS', error: false, response: { message: 'Instance deleted' } });
  });
  app.post('/instance/setPresence/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    const fields = await readJson(c);
    checkSchema(fields, setPresenceSchema);
    if (!instance.hasSocket)
      throw badRequest("TypeError: Cannot read properties of undefined (reading 'sendPresenceUpdate')");
    if (instance.state !== 'open') throw badRequest('Error: Connection Closed');
    return answer(c, 201, { presence: fields.presence });
  });
}
