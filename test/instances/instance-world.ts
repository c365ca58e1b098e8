import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { SimulatorOptions } from '#evolution/simulator/simulator-options.ts';
import { type Simulator, startSimulator } from '#evolution/simulator/start-simulator.ts';
import { createApp } from '#src/app.ts';
import { createEvolutionClients } from '#src/channels/evolution/evolution-clients.ts';
import type { AppContext } from '#src/context.ts';
import { ensureEvolutionServer } from '#src/instances/ensure-evolution-server.ts';
import type { Instance } from '#src/instances/instance.ts';
import { findInstance } from '#src/instances/queries.ts';
import type { Call } from '#test/support/cast.ts';
import { createWorld, type World, type WorldOptions } from '#test/support/world.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';

/** What our answers hold, as far as tests look. */
export type Body = {
  id: string;
  code: string;
  detail: string;
  status: string;
  statusReason: string | null;
  phone: string | null;
  profileName: string | null;
  pairingCode: string | null;
  managerUrl: string;
  connectedAt: string | null;
  base64: string;
  expiresAt: string;
  qr: { code: string; base64: string; expiresAt: string } | null;
  data: Body[];
  nextCursor: string | null;
  errors: { path: string; message: string }[];
};
export const jsonOf = (response: Response): Promise<Body> => response.json() as Promise<Body>;

export type InstanceWorld = World & {
  simulator: Simulator;
  serverId: string;
  asAcme: Call;
  asGlobex: Call;
  asAdmin: Call;
  asNobody: Call;
  /** What anybody may do to the simulator. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Looks until `ready` holds, applying webhooks in between; fails after five seconds. */
  until(ready: () => Promise<boolean> | boolean): Promise<void>;
  row(id: string): Promise<Instance>;
};

const quick: SimulatorOptions = {
  createWaitMs: 20,
  connectWaitMs: 20,
  reconnectMs: 20,
  ackDelaysMs: { server: 5, delivery: 10, read: 15 },
};
const quickWebhooks = { timeoutMs: 2_000, maxAttempts: 6, initialDelayMs: 20, maxDelayMs: 100 };

/** A world whose app listens on a real port, so that the simulator's webhooks reach it. */
export async function createInstanceWorld(
  options: WorldOptions & { simulator?: SimulatorOptions } = {},
): Promise<InstanceWorld> {
  const world = await createWorld(options);
  const simulator = await startSimulator({ ...quick, webhook: quickWebhooks, ...options.simulator });
  const evolution = createEvolutionClients({
    create: 2_000,
    connect: 2_000,
    control: 2_000,
    query: 2_000,
    text: 2_000,
  });
  const door: Door = { fetch: () => new Response(null, { status: 503 }) };
  const server = await listen(door);
  const ctx: AppContext = {
    ...world.ctx,
    evolution,
    publicUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const app = createApp(ctx, { rateLimits: false });
  door.fetch = app.app.fetch;
  const serverId = await ensureEvolutionServer(ctx, { url: simulator.url, apiKey: simulator.apiKey });
  const callAs =
    (token: string | null): Call =>
    (method, path, body, headers) =>
      fetch(`${ctx.publicUrl}${path}`, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
  const own = (member: World['acme']) => ({ ...member, ctx: { ...member.ctx, ...ctx } });
  return {
    ...world,
    ctx,
    acme: own(world.acme),
    globex: own(world.globex),
    admin: own(world.admin),
    simulator,
    serverId,
    asAcme: callAs(world.acme.token),
    asGlobex: callAs(world.globex.token),
    asAdmin: callAs(world.admin.token),
    asNobody: callAs(null),
    control: (method, path, body) => controlSimulator(simulator, method, path, body),
    until: (ready) => until(ctx, ready),
    row: async (id) => (await findInstance(ctx, id))!.instance,
    async [Symbol.asyncDispose]() {
      await simulator.close();
      await app.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      evolution.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

type Door = { fetch(request: Request, env: object): Response | Promise<Response> };

async function listen(door: Door): Promise<Server> {
  const server = createAdaptorServer({ fetch: (request, env) => door.fetch(request, env) }) as Server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function controlSimulator(simulator: Simulator, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${simulator.url}/simulator${path}`, {
    method,
    headers: { apikey: simulator.apiKey, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? null : response.json();
}

async function until(ctx: AppContext, ready: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 5_000; ; ) {
    while ((await drainInboundOnce(ctx)) > 0);
    if (await ready()) return;
    if (Date.now() > end) throw new Error('waited for nothing');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
