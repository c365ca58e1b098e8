import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { badRequest, EvolutionError, licenseRequired } from './evolution-error.ts';
import type { FaultOutcome } from './faults.ts';
import { drawMilliseconds } from './randomness.ts';
import { answer, type SimulatorContext } from './simulator-context.ts';
import { sleep } from './sleep.ts';
import type { World } from './world.ts';

const graphError = {
  message: '(#131000) Something went wrong',
  type: 'OAuthException',
  code: 131000,
  fbtrace_id: 'ASimulatedTrace',
};

const titles: Record<number, string> = { 400: 'Bad Request', 404: 'Not Found', 500: 'Internal Server Error' };

/** Until the caller hangs up (or the simulator closes all connections). */
function callerGone(c: SimulatorContext): Promise<void> {
  const { outgoing } = c.env;
  if (outgoing.destroyed) return Promise.resolve();
  return new Promise((resolve) => outgoing.once('close', () => resolve()));
}

async function hang(world: World, c: SimulatorContext, ms: FaultOutcome & { ms?: unknown }): Promise<Response> {
  const span = ms.ms as Parameters<typeof drawMilliseconds>[1] | undefined;
  if (span === undefined) {
    await callerGone(c);
    return RESPONSE_ALREADY_SENT;
  }
  await Promise.race([sleep(drawMilliseconds(world.draw, span)), callerGone(c)]);
  throw badRequest('Error: Connection Closed');
}

function reset(c: SimulatorContext): Response {
  c.env.incoming.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

function given(c: SimulatorContext, outcome: { status: number; message?: unknown; body?: unknown }): Response {
  const { status, message, body } = outcome;
  return answer(
    c,
    status,
    body ?? { status, error: titles[status] ?? 'Error', response: { message: message ?? ['Error: simulated'] } },
  );
}

/** Outcomes that end the call before anything is sent; undefined lets the call go on. */
export async function refuseByFault(
  world: World,
  c: SimulatorContext,
  outcome?: FaultOutcome,
): Promise<Response | undefined> {
  switch (outcome?.kind) {
    case 'answer':
      return given(c, outcome);
    case 'hang':
      return hang(world, c, { ...outcome, ms: outcome.ms ?? 60_000 });
    case 'reset':
      return reset(c);
    case 'no-key':
      return answer(c, 201, outcome.body ?? graphError);
    case 'license':
      throw licenseRequired();
    case 'slow':
      await sleep(drawMilliseconds(world.draw, outcome.ms));
      return undefined;
    default:
      return undefined;
  }
}

/** Outcomes that spoil the answer after the message was sent. */
export async function spoilAnswer(
  world: World,
  c: SimulatorContext,
  outcome?: FaultOutcome,
): Promise<Response | undefined> {
  if (outcome?.kind === 'late-answer') await sleep(drawMilliseconds(world.draw, outcome.ms));
  if (outcome?.kind === 'accept-then-hang') return hang(world, c, outcome);
  if (outcome?.kind === 'accept-then-answer') return given(c, outcome);
  return outcome?.kind === 'accept-then-reset' ? reset(c) : undefined;
}

/** Whether Evolution keeps a row, posts webhooks and follows receipts for what it sent. */
export function leavesTrace(outcome?: FaultOutcome): boolean {
  return !(outcome && 'trace' in outcome && outcome.trace === false);
}

export function asEvolutionError(error: unknown): EvolutionError {
  if (error instanceof EvolutionError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EvolutionError(500, { status: 500, error: 'Internal Server Error', response: { message } });
}
