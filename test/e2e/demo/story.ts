import { toString as drawQr } from 'qrcode';
import { sayShortInstant } from '#src/platform/time.ts';
import type { Api, Campaign, Credits, Recipient, Transaction } from './api.ts';
import { tellChatStory } from './chat-story.ts';
import { expectThat, importCsv, launch, reader } from './deeds.ts';
import { tellMailStory } from './mail-story.ts';
import { BLACKLISTED, peopleCsv, phoneOf } from './people.ts';
import { paintPicture } from './picture.ts';
import { countsLine, follow, heading, say, table, waitFor } from './show.ts';

/** Time as Ulak sees it, which the demo moves. */
export type DemoClock = { moveTo(at: string): void };

type Actors = { user: Api; admin: Api; userId: string };
const TIME_ZONE = 'Europe/Istanbul';
const READER = { language: 'en', timeZone: TIME_ZONE } as const;

/** The whole job, through the REST API only. Throws as soon as something is not as it must be. */
export async function tellStory(api: Api, clock: DemoClock, login: { email: string; password: string }): Promise<void> {
  const actors = await signIn(api, login);
  await connectPhone(actors.user);
  await uploadCredits(actors);
  const group = await importCsv(actors.user, 'Müşteriler', peopleCsv(40), 40);
  const few = await importCsv(actors.user, 'Sadık müşteriler', peopleCsv(5, 60), 5);
  const [picture, second] = await uploadPictures(actors.user);
  await actors.user.post('/v1/suppressions', {
    phone: phoneOf(BLACKLISTED),
    level: 'blacklist',
    reason: 'asked not to be written to',
  });
  const first = await pictureAndText(actors.user, group, picture!);
  await tellChatStory(actors.user, first);
  await twoPicturesAndText(actors.user, few, [picture!, second!]);
  await windowThatCloses(actors.user, few, clock);
  await tellMailStory(actors.user, api);
  await showOutcome(actors.user, first);
  await proveLedger(actors.user);
}

async function signIn(api: Api, login: { email: string; password: string }): Promise<Actors> {
  heading('A new user signs up');
  const account = { email: 'kuafor@example.com', password: 'gizli-parola-1', name: 'Ayşe Kuaför' };
  const { token, user } = await api.post<{ token: string; user: { id: string; name: string } }>(
    '/v1/auth/sign-up/email',
    account,
  );
  const admin = await api.post<{ token: string }>('/v1/auth/sign-in/email', login);
  const mine = api.as(token);
  await mine.put('/v1/settings', {
    timeZone: TIME_ZONE,
    locale: 'tr',
    sendingWindow: { start: '09:00', end: '22:00', days: [1, 2, 3, 4, 5, 6, 7] },
    delay: { minSeconds: 0, maxSeconds: 1 },
  });
  say(`  ${user.name}, writes 09:00–22:00 ${TIME_ZONE}, 0–1 s between two messages`);
  return { user: mine, admin: api.as(admin.token), userId: user.id };
}

async function connectPhone(user: Api): Promise<void> {
  heading('WhatsApp: an instance is created, its QR code scanned');
  const { id } = await user.post<{ id: string }>('/v1/instances', { name: 'Salon' });
  const qr = await waitFor('the QR code', () => user.get<{ code: string }>(`/v1/instances/${id}/qr`).catch(() => null));
  if (process.stdout.isTTY) say(await drawQr(qr.code, { type: 'terminal', small: true }));
  say(`  QR code: ${qr.code.slice(0, 40)}…`);
  const open = await waitFor('the scan', async () => {
    const instance = await user.get<{ status: string; phone: string }>(`/v1/instances/${id}`);
    return instance.status === 'open' && instance;
  });
  say(`  open: ${open.phone}  (the sandbox scans by itself)`);
}

async function uploadCredits({ user, admin, userId }: Actors): Promise<void> {
  heading('The admin uploads credits');
  await admin.post(`/v1/admin/users/${userId}/credits`, { amount: 120, note: 'Havale 2026/117' });
  const { availableCredit } = await user.get<Credits>('/v1/credits');
  say(`  ${availableCredit} credits available`);
}

async function uploadPictures(user: Api): Promise<string[]> {
  const pictures = [paintPicture(320, 200, [240, 120, 60]), paintPicture(320, 200, [60, 140, 240])];
  const uploaded = await Promise.all(
    pictures.map((bytes, i) =>
      user.upload<{ id: string; kind: string; sizeBytes: number }>('/v1/media', bytes, `kampanya-${i + 1}.png`),
    ),
  );
  say(`  uploaded ${uploaded.map(({ kind, sizeBytes }) => `${kind} (${sizeBytes} bytes)`).join(', ')}`);
  return uploaded.map(({ id }) => id);
}

async function pictureAndText(user: Api, groupId: string, mediaId: string): Promise<Campaign> {
  heading('Campaign A: one image and a text, one message, one credit each');
  const text = 'Merhaba {{ firstName | default: "değerli müşterimiz" }}, bahar indirimi başladı! 🌷';
  const { id } = await launch(user, {
    name: 'Bahar indirimi',
    channel: 'whatsapp',
    audience: { groupIds: [groupId] },
    startAt: null,
    text,
    mediaIds: [mediaId],
  });
  const ended = await follow(reader(user, id), ({ status, counts }) => status === 'completed' && counts.sent <= 1);
  const { counts, credits } = ended;
  expectThat(counts.skipped === 1, 'one is skipped, not being on WhatsApp', countsLine(ended));
  expectThat(counts.failed === 1, 'one fails, refused by WhatsApp', countsLine(ended));
  expectThat(counts.sent === 1, 'one is never acknowledged', countsLine(ended));
  expectThat(
    credits.spent === counts.sent + counts.delivered + counts.read,
    'one credit for each that went out',
    JSON.stringify(credits),
  );
  return ended;
}

async function twoPicturesAndText(user: Api, groupId: string, mediaIds: string[]): Promise<void> {
  heading('Campaign B: two images and a text, three messages each');
  const { id } = await launch(user, {
    name: 'Yeni koleksiyon',
    channel: 'whatsapp',
    audience: { groupIds: [groupId] },
    startAt: null,
    text: 'Yeni koleksiyonumuz geldi.',
    mediaIds,
  });
  const ended = await follow(
    reader(user, id),
    ({ status, counts, recipientCount }) => status === 'completed' && counts.read === recipientCount,
  );
  expectThat(ended.credits.spent === ended.recipientCount * 3, 'three credits each', JSON.stringify(ended.credits));
}

async function windowThatCloses(user: Api, groupId: string, clock: DemoClock): Promise<void> {
  heading('Campaign C: the sending window closes in the middle');
  clock.moveTo('21:59:57');
  say('  the demo sets its clock to 21:59:57');
  const { id } = await launch(user, {
    name: 'Akşam duyurusu',
    channel: 'whatsapp',
    audience: { groupIds: [groupId] },
    startAt: null,
    text: 'Yarın görüşmek üzere!',
    delay: { minSeconds: 1, maxSeconds: 1 },
  });
  const waiting = await follow(reader(user, id), ({ status, counts }) => status === 'pending' && counts.queued < 5);
  expectThat(
    waiting.statusReason === 'outside-sending-window' && waiting.nextRunAt !== null,
    'back to pending',
    JSON.stringify(waiting),
  );
  say(
    `  back to pending with ${waiting.counts.queued} to go; next run at ${sayShortInstant(new Date(waiting.nextRunAt!), READER)}`,
  );
  clock.moveTo(inIstanbul(waiting.nextRunAt!).slice(-8));
  say('  the demo sets its clock to the next morning, 09:00:00');
  const ended = await follow(
    reader(user, id),
    ({ status, counts, recipientCount }) => status === 'completed' && counts.read === recipientCount,
  );
  expectThat(ended.credits.spent === 5, 'everybody was written to once', JSON.stringify(ended.credits));
}

const inIstanbul = (at: string): string => new Date(at).toLocaleString('sv-SE', { timeZone: TIME_ZONE });

async function showOutcome(user: Api, campaign: Campaign): Promise<void> {
  heading(`What became of campaign A, recipient by recipient (${campaign.recipientCount})`);
  const { data } = await user.get<{ data: Recipient[] }>(`/v1/campaigns/${campaign.id}/recipients?limit=200`);
  const unusual = data.filter(({ status }) => status !== 'read');
  table(
    [...unusual, ...data.filter(({ status }) => status === 'read').slice(0, 5)].map((r) => [
      r.name,
      r.address,
      r.status,
      r.statusReason ?? '',
      r.spentCredits,
    ]),
    ['recipient', 'phone', 'status', 'reason', 'credits'],
  );
  say(
    `  … and ${data.length - unusual.length - 5} more that were read; left out when it was made: ${campaign.excluded.map(({ reason, count }) => `${count} ${reason}`).join(', ')}`,
  );
}

async function proveLedger(user: Api): Promise<void> {
  heading('The statement');
  const { data } = await user.get<{ data: Transaction[] }>('/v1/credits/transactions');
  const rows = data.toReversed();
  table(
    rows.map((t) => [
      inIstanbul(t.createdAt),
      t.type,
      t.amount > 0 ? `+${t.amount}` : t.amount,
      t.balanceAfter,
      t.note ?? '',
    ]),
    ['at', 'type', 'amount', 'balance', 'note'],
  );
  const credits = await user.get<Credits>('/v1/credits');
  const sum = rows.reduce((total, { amount }) => total + amount, 0);
  const campaigns = await user.get<{ data: Campaign[] }>('/v1/campaigns');
  const singles = rows.filter(({ type }) => type === 'message').length;
  const spent = campaigns.data.reduce((total, campaign) => total + campaign.credits.spent, singles);
  heading('The ledger balances');
  say(
    `  sum of transactions ${sum} = current credit ${credits.currentCredit}; held ${credits.heldCredit}; spent by campaigns ${spent - singles} and single messages ${singles} = total spend ${credits.totalSpend}`,
  );
  expectThat(
    sum === credits.currentCredit && credits.heldCredit === 0 && spent === credits.totalSpend,
    'the ledger balances',
    JSON.stringify(credits),
  );
}
