import type { TraceCall } from '#src/platform/tracing.ts';
import type { Server, WatchCalls } from './call-evolution.ts';
import { createEvolutionClient, defaultTimeouts } from './create-evolution-client.ts';
import type { EvolutionClient, Timeouts } from './evolution-client.ts';

export type EvolutionClients = {
  /** The client of that server; the same connections for the same URL and key. */
  at(server: Server): EvolutionClient;
  close(): void;
};

/** One client a server, opened when first asked for. `timeouts` shortens them in tests. */
export function createEvolutionClients(
  timeouts?: Partial<Timeouts>,
  watch?: WatchCalls,
  trace?: TraceCall,
): EvolutionClients {
  const open = new Map<string, ReturnType<typeof createEvolutionClient>>();
  return {
    at({ url, apiKey }) {
      const key = JSON.stringify([url, apiKey]);
      const client =
        open.get(key) ??
        createEvolutionClient({ url, apiKey, timeouts, ...(watch && { watch }), ...(trace && { trace }) });
      open.set(key, client);
      return client;
    },
    close() {
      for (const client of open.values()) client.close();
      open.clear();
    },
  };
}

/** The usual time-outs, `speed` times shorter. */
export const timeoutsAt = (speed: number): Timeouts =>
  Object.fromEntries(Object.entries(defaultTimeouts).map(([call, ms]) => [call, Math.ceil(ms / speed)])) as Timeouts;
