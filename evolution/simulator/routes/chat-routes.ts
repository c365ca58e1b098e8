import type { Hono } from 'hono';
import { isOnWhatsApp } from '#evolution/simulator/baileys-send.ts';
import { badRequest, EvolutionError, internal, unwrappedBadRequest } from '#evolution/simulator/evolution-error.ts';
import { digitsOf } from '#evolution/simulator/faults.ts';
import { guardInstance } from '#evolution/simulator/guards.ts';
import type { Instance } from '#evolution/simulator/instance.ts';
import { isGroupJid, jidInForm, pictureUrl, toJid } from '#evolution/simulator/jid.ts';
import {
  markMessageAsReadSchema,
  sendPresenceSchema,
  updateBlockStatusSchema,
  whatsappNumbersSchema,
} from '#evolution/simulator/message-schemas.ts';
import { type Fields, readJson } from '#evolution/simulator/request-body.ts';
import { checkSchema, violations } from '#evolution/simulator/schema-check.ts';
import { answer, type SimulatorContext, type SimulatorEnv } from '#evolution/simulator/simulator-context.ts';
import { sleep } from '#evolution/simulator/sleep.ts';
import type { World } from '#evolution/simulator/world.ts';

const unavailable: Record<string, string> = {
  'WHATSAPP-BUSINESS': 'Method not available on WhatsApp Business API',
  EVOLUTION: 'Method not available on Evolution Channel',
};

/** Groups first, then phones in the order asked. */
function lookUpNumbers(world: World, numbers: string[]): unknown[] {
  const groups = numbers.filter((number) => isGroupJid(toJid(number)));
  const phones = numbers.filter((number) => !groups.includes(number));
  return [
    ...groups.map((number) => ({ jid: toJid(number), exists: true, number, name: 'Simulated group' })),
    ...phones.map((number) => {
      const jid = toJid(number);
      const exists = isOnWhatsApp(world, jid);
      if (exists) world.knownNumbers.add(digitsOf(number));
      const lid = exists && digitsOf(number).endsWith('0290') ? { lid: jidInForm(jid, 'lid') } : {};
      return { jid, exists, number, ...lid };
    }),
  ];
}

/** Its errors are not wrapped, and a thrown JavaScript error comes out as `{}`. */
async function whatsappNumbers(world: World, c: SimulatorContext): Promise<Response> {
  const instance = guardInstance(world, c);
  const fields = await readJson(c);
  const refusal = unavailable[instance.record.integration];
  if (refusal) throw unwrappedBadRequest([refusal]);
  const errors = violations(fields, whatsappNumbersSchema);
  if (errors.length > 0) throw unwrappedBadRequest([errors]);
  if (fields.numbers === undefined || instance.state !== 'open') throw new EvolutionError(400, {});
  return answer(c, 200, lookUpNumbers(world, fields.numbers as string[]));
}

/** Guards, body, channel and socket of the calls that need a live connection. */
async function liveCall(
  world: World,
  c: SimulatorContext,
  schema: Parameters<typeof checkSchema>[1],
): Promise<[Instance, Fields]> {
  const instance = guardInstance(world, c);
  const fields = await readJson(c);
  checkSchema(fields, schema);
  const refusal = unavailable[instance.record.integration];
  if (refusal) throw badRequest(refusal);
  return [instance, fields];
}

export function addChatRoutes(app: Hono<SimulatorEnv>, world: World): void {
  app.post('/chat/whatsappNumbers/:instanceName', (c) => whatsappNumbers(world, c));
  app.post('/chat/markMessageAsRead/:instanceName', async (c) => {
    const [instance, { readMessages }] = await liveCall(world, c, markMessageAsReadSchema);
    if (instance.state !== 'open') throw internal('Read messages fail', 'Error: Connection Closed');
    for (const { id } of readMessages as { id: string }[])
      world.sendLog.noteDeed({ deed: 'read', instance: instance.record.name, of: id });
    return answer(c, 201, { message: 'Read messages', read: 'success' });
  });
  app.post('/chat/sendPresence/:instanceName', async (c) => {
    const [instance, { presence, delay, number }] = await liveCall(world, c, sendPresenceSchema);
    if (instance.state !== 'open') throw badRequest('Error: Connection Closed');
    world.sendLog.noteDeed({ deed: 'typing', instance: instance.record.name, of: digitsOf(String(number)) });
    await sleep(Number(delay));
    return answer(c, 201, { presence });
  });
  app.post('/chat/updateBlockStatus/:instanceName', async (c) => {
    const [instance, { status }] = await liveCall(world, c, updateBlockStatusSchema);
    if (instance.state !== 'open') throw internal('Error blocking user', 'Error: Connection Closed');
    return answer(c, 201, { [String(status)]: 'success' });
  });
  app.post('/chat/fetchProfilePictureUrl/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    const wuid = toJid(String((await readJson(c)).number ?? ''));
    return answer(c, 200, {
      wuid,
      profilePictureUrl: instance.state === 'open' && instance.hasSocket ? pictureUrl(wuid) : null,
    });
  });
}
