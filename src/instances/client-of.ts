import type { EvolutionClient } from '#src/channels/evolution/evolution-client.ts';
import type { AppContext } from '#src/context.ts';
import type { EvolutionServer } from './instance.ts';

/** The client of a server, under its global key. */
export const clientOf = (ctx: AppContext, server: Pick<EvolutionServer, 'url' | 'apiKey'>): EvolutionClient =>
  ctx.evolution.at({ url: server.url, apiKey: ctx.secrets.open(server.apiKey) });
