import type { Api, Campaign, Json } from './api.ts';
import { say, waitFor } from './show.ts';

/** Imports a CSV file of `count` customers into a new group; answers its id. */
export async function importCsv(user: Api, name: string, csv: string, count: number): Promise<string> {
  const { id: groupId } = await user.post<{ id: string }>('/v1/groups', { name });
  const { id } = await user.postCsv<{ id: string }>(`/v1/customers/import?groupId=${groupId}`, csv);
  const done = await waitFor('the import', async () => {
    const state = await user.get<{ status: string; created: number; rejected: number }>(`/v1/imports/${id}`);
    return state.status === 'completed' && state;
  });
  if (done.created !== count) throw new Error(`imported ${done.created} of ${count}: ${JSON.stringify(done)}`);
  say(`  imported ${done.created} customers from CSV into “${name}”`);
  return groupId;
}

/** Quotes a campaign and makes it; what it holds must be what was quoted. */
export async function launch(user: Api, body: Json): Promise<Campaign> {
  const quote = await user.post<
    Json & { creditsRequired: number; messagesPerRecipient: number; excluded: { reason: string; count: number }[] }
  >('/v1/campaigns/quote', body);
  const left = quote.excluded.map(({ reason, count }) => `${count} ${reason}`).join(', ');
  const cost =
    body['channel'] === 'email'
      ? ', free of charge'
      : ` × ${quote.messagesPerRecipient} = ${quote.creditsRequired} credits`;
  say(`  quote: ${quote['recipientCount']} recipients${cost}${left ? `; left out: ${left}` : ''}`);
  const campaign = await user.post<Campaign>('/v1/campaigns', body);
  if (campaign.credits.held !== quote.creditsRequired)
    throw new Error(`held ${campaign.credits.held}, quoted ${quote.creditsRequired}`);
  return campaign;
}

export const reader = (user: Api, id: string) => () => user.get<Campaign>(`/v1/campaigns/${id}`);

export function expectThat(holds: boolean, what: string, seen: string): void {
  if (!holds) throw new Error(`expected: ${what}; seen: ${seen}`);
}
