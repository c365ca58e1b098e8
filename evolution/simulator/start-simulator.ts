import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { followAckPlan } from './ack-plan.ts';
import { resumeConnections } from './connection.ts';
import type { ConnectionState } from './instance.ts';
import { noJournal, openJournal, readJournal } from './journal.ts';
import { keepJournalShort, recallState, rememberedLines } from './remembered-state.ts';
import { type SendFigures, sendFigures } from './send-figures.ts';
import type { DeedRecord, SendRecord } from './send-log.ts';
import { createSimulatorApp } from './simulator-app.ts';
import { resolveOptions, type SimulatorOptions } from './simulator-options.ts';
import { createWorld, later, type World } from './world.ts';

export interface SimulatedInstance {
  id: string;
  name: string;
  state: ConnectionState;
  ownerJid: string | null;
  token: string;
}

export interface Simulator {
  url: string;
  port: number;
  apiKey: string;
  /** What reached WhatsApp, oldest first. */
  sends(filter?: { instance?: string; number?: string }): SendRecord[];
  /** Reads, typing and recalls that were asked for, oldest first. */
  deeds(): readonly DeedRecord[];
  /** By number (digits as sent): how many messages the phone shows. */
  sendCountsByNumber(): Record<string, number>;
  figures(): SendFigures;
  maxInFlight(instance: string): number;
  instances(): SimulatedInstance[];
  /** Ends every connection and timer; a state file can be used by the next simulator. */
  close(): Promise<void>;
}

const resumedForSeconds = 600;

/** Messages of the last minutes still get the receipts they lack, once their instance is open again. */
function resumeReceipts(world: World): void {
  const since = Math.floor(world.options.now() / 1000) - resumedForSeconds;
  for (const instance of world.instances.values()) {
    for (const row of instance.messages.all()) {
      if (row.key.fromMe && row.expectsReceipts && row.timestamp >= since) followAckPlan(world, instance, row);
    }
  }
}

function openWorld(options: SimulatorOptions): World {
  const resolved = resolveOptions(options);
  if (!resolved.stateFile) return createWorld(resolved, noJournal);
  const lines = readJournal(resolved.stateFile);
  const world = createWorld(resolved, openJournal(resolved.stateFile));
  recallState(world, lines);
  world.journal.replaceWith(rememberedLines(world));
  return world;
}

function watchJournal(world: World): void {
  later(world, 10_000, () => {
    keepJournalShort(world);
    watchJournal(world);
  });
}

async function listen(world: World): Promise<Server> {
  const app = createSimulatorApp(world);
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  // Longer than any client keeps an idle connection, so that none is closed under a request.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(world.options.port, world.options.host, resolve);
  });
  return server;
}

async function close(world: World, server: Server): Promise<void> {
  if (world.closed) return;
  world.closed = true;
  world.webhooks.close();
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  world.journal.close();
}

/** Starts an Evolution API stand-in on loopback; resolves when it answers. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = openWorld(options);
  const server = await listen(world);
  const { port } = server.address() as AddressInfo;
  world.url = `http://${world.options.host}:${port}`;
  resumeConnections(world);
  resumeReceipts(world);
  watchJournal(world);
  return {
    url: world.url,
    port,
    apiKey: world.options.apiKey,
    sends: (filter) => world.sendLog.records(filter),
    deeds: () => world.sendLog.deeds(),
    sendCountsByNumber: () => sendFigures(world).byNumber,
    figures: () => sendFigures(world),
    maxInFlight: (instance) => world.flights.maxInFlight(instance),
    instances: () =>
      [...world.instances.values()].map(({ record: { id, name, ownerJid, token }, state }) => ({
        id,
        name,
        state,
        ownerJid,
        token,
      })),
    close: () => close(world, server),
  };
}
