import type { Hono } from 'hono';
import { sendThroughBaileys } from '#evolution/simulator/baileys-send.ts';
import { notFound } from '#evolution/simulator/evolution-error.ts';
import { guardInstance } from '#evolution/simulator/guards.ts';
import { messageSchemas } from '#evolution/simulator/message-schemas.ts';
import { sendPassively } from '#evolution/simulator/passive-send.ts';
import { readBody } from '#evolution/simulator/request-body.ts';
import { checkSchema } from '#evolution/simulator/schema-check.ts';
import type { SimulatorContext, SimulatorEnv } from '#evolution/simulator/simulator-context.ts';
import type { World } from '#evolution/simulator/world.ts';

async function send(world: World, c: SimulatorContext): Promise<Response> {
  const verb = c.req.param('verb') ?? '';
  const schema = messageSchemas[verb];
  if (!schema) throw notFound(`Cannot POST ${c.req.path}`);
  const instance = guardInstance(world, c);
  const arrival = performance.now();
  const land = world.flights.begin(instance.record.name, arrival);
  // A caller that hangs up has its lane free again.
  c.env.outgoing.once('close', land);
  try {
    const body = await readBody(c);
    checkSchema(body.fields, schema);
    const baileys = instance.record.integration === 'WHATSAPP-BAILEYS';
    return await (baileys ? sendThroughBaileys : sendPassively)(world, instance, verb, body, c);
  } finally {
    land();
  }
}

export function addMessageRoutes(app: Hono<SimulatorEnv>, world: World): void {
  app.post('/message/:verb/:instanceName', (c) => send(world, c));
}
