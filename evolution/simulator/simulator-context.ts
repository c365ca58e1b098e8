import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/** Node's request and response are at hand, for resets, hangs and streamed uploads. */
export interface SimulatorEnv {
  Bindings: HttpBindings;
}

export type SimulatorContext = Context<SimulatorEnv>;

/** Evolution answers JSON with an explicit character set. */
export function answer(c: SimulatorContext, status: number, body: unknown): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return c.body(JSON.stringify(body), status as 200, headers);
}
