import { acceptMessage, presentMessage } from './acceptance.ts';
import { badRequest, internal, uncaught } from './evolution-error.ts';
import { leavesTrace, refuseByFault, spoilAnswer } from './fault-effects.ts';
import { digitsOf, drawFault, type FaultOutcome } from './faults.ts';
import type { Instance } from './instance.ts';
import { isGroupJid, isPhoneJid, toJid, userOf } from './jid.ts';
import { type Outgoing, readOutgoing } from './outgoing.ts';
import { drawMilliseconds } from './randomness.ts';
import type { RequestBody } from './request-body.ts';
import { sandboxRule } from './sandbox-numbers.ts';
import { answer, type SimulatorContext } from './simulator-context.ts';
import { sleep } from './sleep.ts';
import type { World } from './world.ts';

/** Groups whose id ends in 9999 do not exist; all others do. */
export function groupExists(jid: string): boolean {
  return !userOf(jid).endsWith('9999');
}

export function isOnWhatsApp(world: World, jid: string): boolean {
  return sandboxRule(world, jid)?.onWhatsApp !== false;
}

/** The errors of a send without a connection depend on how far Evolution gets before it notices. */
function requireConnection(world: World, instance: Instance, jid: string, { media, content, number }: Outgoing): void {
  if (instance.state === 'open') return;
  if (!instance.hasSocket) throw uncaught("Cannot read properties of undefined (reading 'onWhatsApp')");
  const isVoice = content.kind === 'media' && content.media === 'audio';
  if (media && !isVoice) throw internal('Error: Connection Closed');
  if (isGroupJid(jid)) throw badRequest('[object Object]');
  if (world.knownNumbers.has(digitsOf(number))) throw badRequest('Error: Connection Closed');
  throw uncaught('Connection Closed');
}

function requireRecipient(world: World, jid: string, number: string): void {
  if (isGroupJid(jid)) {
    if (!groupExists(jid)) throw badRequest('[object Object]');
    return;
  }
  if (isPhoneJid(jid) && !isOnWhatsApp(world, jid)) throw badRequest({ jid, exists: false, number });
}

const ignoresDelay = new Set(['sendContact', 'sendReaction']);

async function waitAsAsked(world: World, verb: string, delay: unknown): Promise<void> {
  if (typeof delay === 'number' && !ignoresDelay.has(verb)) await sleep(delay);
  const latency = drawMilliseconds(world.draw, world.options.latencyMs);
  if (latency > 0) await sleep(latency);
}

function outcomeFor(
  world: World,
  instance: Instance,
  verb: string,
  outgoing: Outgoing,
  jid: string,
): FaultOutcome | undefined {
  const call = { verb, instance: instance.record.name, number: digitsOf(outgoing.number), isSend: true };
  return drawFault(world, call) ?? sandboxRule(world, jid)?.outcome;
}

/** One send of a WHATSAPP-BAILEYS instance, from the checked body to the 201. */
export async function sendThroughBaileys(
  world: World,
  instance: Instance,
  verb: string,
  body: RequestBody,
  c: SimulatorContext,
): Promise<Response> {
  const outgoing = await readOutgoing(instance, verb, body);
  const jid = toJid(outgoing.number);
  const outcome = outcomeFor(world, instance, verb, outgoing, jid);
  const refusal = await refuseByFault(world, c, outcome);
  if (refusal) return refusal;
  requireConnection(world, instance, jid, outgoing);
  requireRecipient(world, jid, outgoing.number);
  if (verb === 'sendList') throw badRequest('TypeError: this.isZero is not a function');
  await waitAsAsked(world, verb, body.fields.delay);
  requireConnection(world, instance, jid, outgoing);
  const messageId = typeof body.fields.messageId === 'string' ? body.fields.messageId : null;
  const trace = leavesTrace(outcome);
  const row = acceptMessage(world, instance, {
    verb,
    jid,
    outgoing,
    messageId,
    delayMs: typeof body.fields.delay === 'number' ? body.fields.delay : null,
    trace,
    muted: outcome?.kind === 'mute',
  });
  return (await spoilAnswer(world, c, outcome)) ?? answer(c, 201, presentMessage(instance, row));
}
