import type { Api, Campaign, Json, Recipient } from './api.ts';
import { expectThat, importCsv, launch, reader } from './deeds.ts';
import { MAIL_FATES, mailCsv } from './people.ts';
import { countsLine, follow, heading, say, table, waitFor } from './show.ts';

const COUNT = 200;
const [BOUNCES, REJECTS, LEAVES] = MAIL_FATES;

type SandboxMail = { id: string; sender: string; recipients: string[]; subject: string };
type OpenedMail = SandboxMail & { headers: { name: string; value: string }[]; text: string };

/** An email campaign, from the own domain to an unsubscription. */
export async function tellMailStory(user: Api, publicApi: Api): Promise<void> {
  heading(`Campaign D: an email to ${COUNT} customers who agreed to it`);
  const identity = await user.post<{ id: string; fromEmail: string; status: string; records: { type: string }[] }>(
    '/v1/sending-identities',
    {
      fromName: 'Kuaför Ayşe',
      fromEmail: 'haber@kuafor-ayse.example',
      tradeName: 'Ayşe Kuaförlük Ltd. Şti.',
      contact: 'Bağdat Caddesi 1, İstanbul · 0216 000 00 00',
    },
  );
  say(
    `  from ${identity.fromEmail} (${identity.status}; ${identity.records.length} DNS records to set before it may leave the sandbox)`,
  );
  const groupId = await importCsv(user, 'E-bülten', mailCsv(COUNT), COUNT);
  const { id } = await launch(user, {
    name: 'Bahar bülteni',
    channel: 'email',
    from: identity.id,
    language: 'tr',
    audience: { groupIds: [groupId] },
    startAt: null,
    subject: '{{ firstName | default: "Merhaba" }}, bahar indirimi başladı 🌷',
    layout: {
      name: 'offer',
      title: 'Baharda %20 indirim',
      text: 'Merhaba {{ firstName | default: "değerli müşterimiz" }},\n\nİlkbahar bakımında bu hafta %20 indirim var. Sizi de bekleriz!',
      button: { label: 'Randevu al', url: 'https://kuafor-ayse.example/randevu' },
    },
  });
  const ended = await follow(
    reader(user, id),
    ({ status, counts }) => status === 'completed' && counts.sent === 0 && counts.failed === 2,
  );
  expectThat(ended.counts.delivered === COUNT - 2, 'everybody else gets it', countsLine(ended));
  expectThat(ended.credits.spent === 0, 'email costs no credits', JSON.stringify(ended.credits));
  await leaveByLink(user, publicApi, groupId);
  await showMails(user, ended);
}

/** A customer presses the link of his mail; the next campaign leaves him out, as it does who bounced. */
async function leaveByLink(user: Api, mailbox: Api, groupId: string): Promise<void> {
  const { data } = await mailbox.get<{ data: SandboxMail[] }>(`/sandbox/mail?search=${LEAVES}`);
  const mail = await mailbox.get<OpenedMail>(`/sandbox/mail/${data[0]!.id}`);
  say(`  “${mail.subject}” to ${LEAVES}, signed by ${signerOf(mail)}`);
  const link = /<(https?:[^>]+)>/.exec(headerOf(mail, 'List-Unsubscribe') ?? '')?.[1];
  const answer = await fetch(link!, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });
  expectThat(answer.ok, 'one click unsubscribes', String(answer.status));
  const audience = { groupIds: [groupId] };
  const quote = await waitFor('the next quote to leave them out', async () => {
    const found = await user.post<Json & { recipientCount: number; excluded: { reason: string; count: number }[] }>(
      '/v1/campaigns/quote',
      { name: 'Yaz bülteni', channel: 'email', audience, startAt: null, subject: 'Yaz geldi', layout: LAYOUT },
    );
    return found.recipientCount === COUNT - 2 && found;
  });
  say(
    `  one click of ${LEAVES}: the next campaign would go to ${quote.recipientCount}, without ${quote.excluded.map(({ reason, count }) => `${count} ${reason}`).join(', ')}`,
  );
}

const LAYOUT = { name: 'announcement', title: 'Yaz', text: 'Yaz geldi.' };
const headerOf = ({ headers }: OpenedMail, name: string): string | undefined =>
  headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;
const signerOf = (mail: OpenedMail): string =>
  /d=([^;]+)/.exec(headerOf(mail, 'DKIM-Signature') ?? '')?.[1] ?? 'nobody';

async function showMails(user: Api, { id, counts }: Campaign): Promise<void> {
  const { data } = await user.get<{ data: (Recipient & { email?: { unsubscribedAt?: string | null } })[] }>(
    `/v1/campaigns/${id}/recipients?limit=200`,
  );
  const told = data.filter(({ address }) => MAIL_FATES.includes(address));
  expectThat(told.length === 3, 'three with a story of their own', JSON.stringify(told));
  table(
    told.map((r) => [r.name, r.address, r.status, r.statusReason ?? (r.address === LEAVES ? 'unsubscribed' : '')]),
    ['recipient', 'address', 'status', 'reason'],
  );
  say(`  … and ${counts.delivered - 1} more that were delivered`);
  const reasonOf = (address: string | undefined) => told.find((r) => r.address === address)?.statusReason;
  expectThat(reasonOf(BOUNCES) === 'bounced', 'one bounced', String(reasonOf(BOUNCES)));
  expectThat(reasonOf(REJECTS) === 'invalid-address', 'one was refused by the server', String(reasonOf(REJECTS)));
}
