import type { AppContext } from '#src/context.ts';
import type { EvolutionServer } from './instance.ts';

/** Where operators find a server's own panel: that of the configured one may be published elsewhere than we reach it. */
export function managerUrlOf({ config }: AppContext, { url }: Pick<EvolutionServer, 'url'>): string {
  const { evolution } = config;
  return evolution?.url === url && evolution.managerUrl ? evolution.managerUrl : `${url}/manager`;
}
