import type { EvolutionClient } from '#src/channels/evolution/evolution-client.ts';
import { type ConnectionNews, phoneOfJid } from './instance.ts';

const FINAL_CODES = new Set([401, 402, 403, 406]);

/** What Evolution says of a connection when asked; null when it does not say. */
export async function askConnection(client: EvolutionClient, providerName: string): Promise<ConnectionNews | null> {
  const state = await client.connectionState(providerName);
  if (state.kind === 'rejected' && state.reason === 'instance-missing') return { type: 'removed' };
  if (state.kind !== 'accepted') return null;
  if (state.value === 'connecting') return { type: 'connecting' };
  const known = await client.fetchInstance(providerName);
  const row = known.kind === 'accepted' ? known.value : null;
  if (state.value === 'open')
    return { type: 'open', phone: phoneOfJid(row?.ownerJid), profileName: row?.profileName ?? null };
  const code = row?.state === 'close' ? row.disconnectCode : null;
  return code !== null && FINAL_CODES.has(code) ? { type: 'closed', code } : { type: 'offline' };
}
