import type { Api, Campaign } from './api.ts';
import { expectThat } from './deeds.ts';
import { ASKS, LEAVES_CHAT, phoneOf } from './people.ts';
import { heading, say, table, waitFor } from './show.ts';

type Line = { id: string; text: string | null; direction: 'in' | 'out'; status: string };
type Conversation = {
  id: string;
  phone: string;
  customer: { firstName: string; lastName: string | null } | null;
  unreadCount: number;
  lastMessage: Line | null;
};
type Answered = Campaign & { replies: { count: number; rate: number } };

const digits = (phone: string): string => phone.replaceAll(/\D/g, '').slice(-10);

/** Two of those who got campaign A write back: one asks, and is answered; one wants to be left alone, and is. */
export async function tellChatStory(user: Api, campaign: Campaign): Promise<void> {
  heading('Two customers write back to campaign A');
  const written = await waitFor('two conversations', async () => {
    const { data } = await user.get<{ data: Conversation[] }>('/v1/conversations');
    const wanted = [ASKS, LEAVES_CHAT].map((index) =>
      data.find(({ phone }) => digits(phone) === digits(phoneOf(index!))),
    );
    return wanted.every((found) => found !== undefined) && wanted;
  });
  const [asking, leaving] = written as [Conversation, Conversation];
  table(
    written.map((c) => [nameOf(c!), c!.phone, c!.unreadCount, c!.lastMessage?.text ?? '']),
    ['customer', 'phone', 'unread', 'last message'],
  );
  await answer(user, asking);
  await seeGone(user, leaving);
  const { replies } = await user.get<Answered>(`/v1/campaigns/${campaign.id}`);
  expectThat(replies.count === 2, 'both replies count for the campaign', JSON.stringify(replies));
  say(`  replies to campaign A: ${replies.count} (${(replies.rate * 100).toFixed(1)} %)`);
}

const nameOf = ({ customer }: Conversation): string => [customer?.firstName, customer?.lastName].join(' ');

/** One credit, ahead of any campaign. */
async function answer(user: Api, conversation: Conversation): Promise<void> {
  const path = `/v1/conversations/${conversation.id}/messages`;
  await user.post(`/v1/conversations/${conversation.id}/read`);
  const text = 'Elbette! Bahar bakımı bu hafta 450 TL. Size hangi gün uyar?';
  await user.post(path, { text });
  const said = await waitFor('the answer to be read', async () => {
    const { data } = await user.get<{ data: Line[] }>(path);
    return data.some((line) => line.text === text && line.status === 'read') && data;
  });
  say(`  with ${nameOf(conversation)}:`);
  for (const line of said.toReversed()) say(`    ${line.direction === 'in' ? '←' : '→'} ${line.text} (${line.status})`);
  expectThat(said.length === 3, 'the campaign, the question and the answer', JSON.stringify(said));
}

async function seeGone(user: Api, conversation: Conversation): Promise<void> {
  const suppressed = await waitFor('the opt-out', async () => {
    const { data } = await user.get<{ data: { phone: string | null; level: string }[] }>('/v1/suppressions');
    return data.find(({ phone }) => phone === conversation.phone);
  });
  const refused = await user
    .post(`/v1/conversations/${conversation.id}/messages`, { text: 'Emin misiniz?' })
    .catch((error: Error) => error.message);
  expectThat(String(refused).includes('"blacklisted"'), 'nobody writes to him any more', JSON.stringify(refused));
  say(
    `  ${nameOf(conversation)} wrote “İPTAL”: on the ${suppressed.level}, confirmed free of charge; nobody writes to this number any more`,
  );
}
