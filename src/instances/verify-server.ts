import { createEvolutionClient } from '#src/channels/evolution/create-evolution-client.ts';
import type { AppContext } from '#src/context.ts';
import { invalid, Problem } from '#src/platform/problem.ts';

/** Throws unless an Evolution server answers at the URL and takes the key. */
export async function verifyServer(ctx: AppContext, server: { url: string; apiKey: string }): Promise<void> {
  const client = createEvolutionClient({ ...server, timeouts: { query: 10_000 } });
  const outcome = await client.verifyCredentials().finally(() => client.close());
  if (outcome.kind === 'accepted') return;
  ctx.log.info({ url: server.url, reason: outcome.reason, cause: outcome.cause }, 'evolution server refused');
  if (outcome.kind === 'rejected' && outcome.reason === 'unauthorized')
    throw invalid('apiKey', { en: 'The server does not take this key', tr: 'Sunucu bu anahtarı kabul etmiyor' });
  if (outcome.kind === 'unavailable' && outcome.reason === 'wrong-server')
    throw invalid('url', { en: 'This is not an Evolution API server', tr: 'Bu bir Evolution API sunucusu değil' });
  throw new Problem('whatsapp-unavailable', { cause: new Error(outcome.cause) });
}
