import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '#src/accounts/create-api-key.ts';
import { openConversation } from '#src/conversations/open-conversation.ts';
import { timelineSql } from '#src/journey/timeline-sql.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld, type World } from '#test/support/world.ts';

const MESSAGES = 20_000;
type Entry = {
  id: string;
  kind: string;
  event: string;
  channel: string | null;
  at: string;
  summary: string;
  actor: { type: string; name: string | null } | null;
  // biome-ignore lint/suspicious/noExplicitAny: by event
  data: any;
};

let world: World;
let [ayse, burak] = ['', ''];

/** One of everything for Ayşe, in the first minutes of the 3rd of February; a chat of years for Burak. */
async function seed(): Promise<void> {
  const { ctx, acme } = world;
  const [org, user] = [acme.organizationId, acme.userId];
  const at = (minute: number) => sql`${`2026-02-03T06:${String(minute).padStart(2, '0')}:00Z`}::timestamptz`;
  const instance = newId();
  const chats = await Promise.all(
    ['+905321110001', '+905321110002'].map((phone) =>
      openConversation(ctx, { organizationId: org, instanceId: instance, phone }),
    ),
  );
  const [campaign, mailing, content, media] = [newId(), newId(), newId(), newId()];
  const [recipient, mailed, failed] = [newId(), newId(), newId()];
  await ctx.db.execute(sql`insert into email_contents (id, organization_id, language, subject, source, html, plain, links, size_bytes)
    values (${content}, ${org}, 'tr', 'Bahar', '{"kind":"html","html":""}', '', '', array['https://salon.example/bahar'], 1)`);
  await ctx.db.execute(sql`insert into campaigns (id, organization_id, user_id, channel, name, plan, messages_per_recipient, audience, start_at,
      email_content_id)
    values (${campaign}, ${org}, ${user}, 'whatsapp', 'Şubat', '[]', 2, '{}', ${at(0)}, null),
      (${mailing}, ${org}, ${user}, 'email', 'Bülten', '[]', 1, '{}', ${at(0)}, ${content})`);
  await ctx.db.execute(sql`insert into campaign_recipients (id, organization_id, campaign_id, customer_id, position, name, address, status,
      status_reason, batch, sent_at, opened_at, clicked_at, unsubscribed_at, bounced_at, complained_at, updated_at)
    values (${recipient}, ${org}, ${campaign}, ${ayse}, 1, 'A', '+905321110001', 'read', null, null, null, null, null, null, null, null, ${at(2)}),
      (${mailed}, ${org}, ${mailing}, ${ayse}, 1, 'A', 'a@example.com', 'delivered', null, 0, ${at(5)}, ${at(6)}, ${at(7)}, ${at(8)}, ${at(9)},
        ${at(10)}, ${at(7)}),
      (${failed}, ${org}, ${campaign}, ${burak}, 2, 'B', '+905321110002', 'failed', 'not-on-whatsapp', null, null, null, null, null, null, null,
        ${at(2)})`);
  await ctx.db.execute(sql`insert into email_hits (organization_id, campaign_id, recipient_id, link, hit_at)
    values (${org}, ${mailing}, ${mailed}, 1, ${at(7)})`);
  await ctx.db.execute(sql`insert into messages (organization_id, user_id, instance_id, campaign_id, recipient_id, customer_id, part, kind, address,
      body, status, sent_at, delivered_at, read_at)
    values (${org}, ${user}, ${instance}, ${campaign}, ${recipient}, ${ayse}, 1, 'image', '+905321110001', null, 'read', ${at(1)}, ${at(2)}, ${at(3)}),
      (${org}, ${user}, ${instance}, ${campaign}, ${recipient}, ${ayse}, 2, 'text', '+905321110001', 'Şubat indirimi', 'read', ${at(1)}, ${at(2)}, ${at(3)})`);
  const chat = chats[0]!.id;
  await ctx.db.execute(sql`insert into messages (organization_id, user_id, instance_id, customer_id, conversation_id, direction, kind, address, body,
      status, said_at, answers_campaign_id, answers_recipient_id)
    values (${org}, ${user}, ${instance}, ${ayse}, ${chat}, 'in', 'text', '+905321110001', 'Fiyatı nedir?', 'received', ${at(4)}, ${campaign}, ${recipient}),
      (${org}, ${user}, ${instance}, ${ayse}, ${chat}, 'out', 'text', '+905321110001', 'Yüz lira', 'read', ${at(11)}, null, null),
      (${org}, ${user}, ${instance}, ${ayse}, ${chat}, 'in', 'reaction', '+905321110001', '👍', 'received', ${at(12)}, null, null)`);
  await ctx.db.execute(sql`insert into sms_messages (organization_id, user_id, customer_id, phone, body, purpose, encoding, segments, status, due_at,
      not_after_at, created_at)
    values (${org}, ${user}, ${ayse}, '+905321110001', 'Kodunuz 1', 'message', 'gsm7', 1, 'delivered', ${at(13)}, ${at(14)}, ${at(13)})`);
  await ctx.db.execute(
    sql`insert into stored_contents (organization_id, sha256, storage_key) values (${org}, 'x', 'media/x')`,
  );
  await ctx.db.execute(sql`insert into media (id, organization_id, user_id, kind, mime_type, file_name, size_bytes, sha256, storage_key)
    values (${media}, ${org}, ${user}, 'document', 'application/pdf', 'teklif.pdf', 1, 'x', 'media/x')`);
  await ctx.db.execute(sql`insert into customer_files (organization_id, customer_id, media_id, kind, name, search_text, user_id, filed_at)
    values (${org}, ${ayse}, ${media}, 'document', 'teklif.pdf', 'teklif', ${user}, ${at(14)})`);
  await ctx.db.execute(sql`insert into appointments (organization_id, customer_id, consultant_id, title, starts_at, ends_at, time_zone, status,
      status_changed_at, status_by_type, requires_approval, approved_at, approved_by_type, created_by_type, created_by_id, created_at)
    values (${org}, ${ayse}, ${user}, 'Ön görüşme', '2026-02-05T18:00:00Z', '2026-02-05T19:00:00Z', 'Europe/Istanbul', 'no-show', ${at(17)}, 'user',
      true, ${at(16)}, 'customer', 'user', ${user}, ${at(15)})`);
  await ctx.db.execute(sql`insert into messages (organization_id, user_id, instance_id, customer_id, conversation_id, direction, kind, address, body,
      status, said_at)
    select ${org}, ${user}, ${instance}, ${burak}, ${chats[1]!.id}, case i % 2 when 0 then 'in' else 'out' end, 'text', '+905321110002', 'mesaj ' || i,
      case i % 2 when 0 then 'received' else 'read' end, '2020-01-01T00:00:00Z'::timestamptz + (i / 3) * interval '1 hour'
    from generate_series(1, ${MESSAGES}::integer) as i`);
  await ctx.db.execute(sql`analyze`);
}

beforeAll(async () => {
  world = await createWorld();
  ayse = world.customers.ayse;
  burak = world.customers.burak;
  await seed();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

async function timeline(
  customerId: string,
  query = '',
  headers = {},
): Promise<{ data: Entry[]; nextCursor: string | null }> {
  const response = await world.acme.call('GET', `/v1/customers/${customerId}/timeline${query}`, undefined, headers);
  expect(response.status).toBe(200);
  return response.json();
}

async function everyPage(customerId: string, query: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  let cursor: string | null = null;
  do {
    const page = await timeline(customerId, `${query}${cursor ? `&cursor=${cursor}` : ''}`);
    entries.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor);
  return entries;
}

describe('a customer’s timeline', () => {
  it('200: has everything that happened, newest first, in the reader’s words', async () => {
    await world.acme.call('PATCH', `/v1/customers/${ayse}`, { lastName: 'Yılmaz', note: 'VIP' });
    await world.acme.call('POST', `/v1/customers/${ayse}/interactions`, {
      kind: 'call',
      direction: 'in',
      happenedAt: '2026-02-03T09:20:00+03:00',
      durationMinutes: 5,
      outcome: 'Randevu istedi',
    });
    await world.acme.call('POST', '/v1/suppressions', {
      customerId: ayse,
      level: 'graylist',
      reason: 'Az önce yazıldı',
    });
    const { data, nextCursor } = await timeline(ayse, '?limit=200&to=2026-03-02T09:00:01Z', {
      'accept-language': 'tr',
    });
    expect(nextCursor).toBeNull();
    const told = data.map(({ event, channel, summary }) => [event, channel, summary]);
    expect(told.filter(([event]) => !String(event).startsWith('record.created'))).toEqual([
      ['suppression.graylist', null, 'acme: E-posta gri listeye alındı: Az önce yazıldı'],
      ['suppression.graylist', null, 'acme: Telefon gri listeye alındı: Az önce yazıldı'],
      ['record.edited', null, 'acme: Kayıt düzenlendi: soyad, not'],
      ['interaction.call', 'call', 'acme: Müşteri aradı, 5 dk: Randevu istedi'],
      ['appointment.missed', null, 'Randevuya gelmedi: Ön görüşme, 5 Şubat 2026 21:00'],
      ['appointment.approved', null, 'Randevu onaylandı: Ön görüşme, 5 Şubat 2026 21:00'],
      ['appointment.booked', null, 'acme: Randevu verildi: Ön görüşme, 5 Şubat 2026 21:00'],
      ['file.added', null, 'acme: Dosya eklendi: teklif.pdf'],
      ['sms.sent', 'sms', 'acme: SMS: “Kodunuz 1”'],
      ['message.reaction', 'whatsapp', 'Tepki verdi 👍'],
      ['message.sent', 'whatsapp', 'acme: Mesaj gönderildi: “Yüz lira”'],
      ['mail.complained', 'email', 'E-postayı istenmeyen olarak bildirdi: “Bülten”'],
      ['mail.bounced', 'email', 'E-posta geri döndü: “Bülten”'],
      ['mail.unsubscribed', 'email', 'E-postadan ayrıldı: “Bülten”'],
      ['mail.clicked', 'email', '“Bülten” içinde bağlantıya tıkladı: https://salon.example/bahar'],
      ['mail.opened', 'email', 'E-postayı açtı: “Bülten”'],
      ['campaign.sent', 'email', 'acme: “Bülten” kampanyası e-posta ile gitti, iletildi'],
      ['message.replied', 'whatsapp', '“Şubat” kampanyasını yanıtladı: “Fiyatı nedir?”'],
      ['campaign.sent', 'whatsapp', 'acme: “Şubat” kampanyası WhatsApp ile gitti, okundu'],
      ['consent.given', 'email', 'e-posta için ticari ileti izni verdi (HS_WEB)'],
    ]);
    const campaign = data.find(({ event, channel }) => event === 'campaign.sent' && channel === 'whatsapp')!;
    expect(campaign.data).toMatchObject({ status: 'read', text: 'Şubat indirimi', readAt: '2026-02-03T06:03:00.000Z' });
    expect(campaign.at).toBe('2026-02-03T06:01:00.000Z');
    const english = await timeline(ayse, '?kind=appointment&kind=interaction', { 'accept-language': 'en' });
    expect(english.data.map(({ summary }) => summary.replace(' ', ' '))).toEqual([
      'acme: Customer called, 5 min: Randevu istedi',
      'Missed the appointment: Ön görüşme, February 5, 2026 at 9:00 PM',
      'Appointment approved: Ön görüşme, February 5, 2026 at 9:00 PM',
      'acme: Appointment booked: Ön görüşme, February 5, 2026 at 9:00 PM',
    ]);
  });

  it('200: filtered by kind, channel, campaign and time', async () => {
    const events = async (query: string, of = ayse) => (await timeline(of, query)).data.map(({ event }) => event);
    expect(await events('?kind=consent')).toEqual(['consent.given']);
    expect(await events('?channel=sms')).toEqual(['sms.sent']);
    expect(await events('?channel=call')).toEqual(['interaction.call']);
    const [{ data }] = [await timeline(ayse, '?kind=campaign&channel=whatsapp')];
    const ofCampaign = `?campaignId=${data[0]!.data.campaignId}`;
    expect(await events(ofCampaign)).toEqual(['message.replied', 'campaign.sent']);
    expect(await events(ofCampaign, burak)).toEqual(['campaign.failed']);
    const minutes = '?from=2026-02-03T09:06:00%2B03:00&to=2026-02-03T09:08:00%2B03:00';
    expect(await events(minutes)).toEqual(['mail.clicked', 'mail.opened']);
  });

  it('200: pages neither repeat nor leave out anything, however many entries share an instant', async () => {
    const all = await everyPage(burak, '?kind=message&limit=200&to=2020-01-09T00:00:00Z');
    expect(all.length).toBe(24 * 8 * 3 - 1);
    const small = await everyPage(burak, '?kind=message&limit=31&to=2020-01-03T00:00:00Z');
    expect(small.map(({ id }) => id)).toEqual(all.slice(-small.length).map(({ id }) => id));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const order = all.map(({ at }) => at);
    expect(order).toEqual([...order].sort().reverse());
    const mixed = await everyPage(ayse, '?limit=5');
    expect(mixed.map(({ id }) => id)).toEqual((await timeline(ayse, '?limit=200')).data.map(({ id }) => id));
  });

  it('reads by indexes no more rows than a few pages, whatever the age', async () => {
    for (const at of ['infinity', '2020-06-01T00:00:00.000000Z']) {
      const query = timelineSql(world.acme.ctx, [burak], { at, source: '', id: '' }, {}, 51)!;
      const [row] = await world.ctx.db.execute<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        sql`explain (analyze, format json, timing off) ${query}`,
      );
      const nodes = walk(row!['QUERY PLAN'][0].Plan);
      const touched = nodes.filter(
        (node) => node['Node Type'].includes('Scan') && node['Relation Name'] === 'messages',
      );
      expect(touched.length).toBeGreaterThan(0);
      for (const node of touched) expect(node['Node Type']).toMatch(/^Index/);
      const rows = nodes
        .filter((node) => node['Relation Name'])
        .reduce(
          (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
          0,
        );
      expect(rows).toBeLessThan(51 * 20);
    }
  });

  it('404: another organization’s; 400: a cursor or a kind that is none', async () => {
    expect((await world.globex.call('GET', `/v1/customers/${ayse}/timeline`)).status).toBe(404);
    const cursor = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
    for (const bad of [
      ['2026-02-31T00:00:00.000000Z', 'message', ayse],
      ['x', 'message', ayse],
      ['2026-02-01T00:00:00.000000Z', "'", ayse],
    ])
      expect((await world.acme.call('GET', `/v1/customers/${ayse}/timeline?cursor=${cursor(bad)}`)).status).toBe(400);
    expect((await world.acme.call('GET', `/v1/customers/${ayse}/timeline?kind=secret`)).status).toBe(400);
  });

  it('200: an API key is told what its scopes let it read; a consultant his own conversations and campaigns', async () => {
    const { key } = await createApiKey(world.acme.ctx, { name: 'k', scopes: ['customers:read'], expiresAt: null });
    const answer = await world.call('GET', `/v1/customers/${ayse}/timeline?limit=200`, undefined, { 'x-api-key': key });
    const kinds = new Set((await answer.json()).data.map(({ kind }: Entry) => kind));
    expect([...kinds].sort()).toEqual(['consent', 'interaction', 'record']);
    const consultant = { ...world.acme.ctx, userId: newId(), role: 'consultant' as const };
    const query = timelineSql(consultant, [ayse], { at: 'infinity', source: '', id: '' }, {}, 201)!;
    const seen = new Set((await world.ctx.db.execute<{ kind: string }>(query)).map(({ kind }) => kind));
    expect(seen).toEqual(new Set(['record', 'sms', 'file', 'appointment', 'interaction', 'consent', 'suppression']));
  });

  it('follows a merge: what hung on the other one is there, too', async () => {
    const twin = (await (await world.acme.call('POST', '/v1/customers', { firstName: 'Ayse', source: 'fuar' })).json())
      .id;
    await world.acme.call('POST', `/v1/customers/${twin}/interactions`, { kind: 'note', text: 'Fuarda tanıştık' });
    const before = (await timeline(ayse, '?kind=consent')).data.length;
    expect((await world.acme.call('POST', `/v1/customers/${ayse}/merge`, { customerId: twin })).status).toBe(200);
    expect((await timeline(ayse, '?kind=consent')).data).toHaveLength(before);
    const { data } = await timeline(ayse, '?kind=interaction&kind=record', { 'accept-language': 'tr' });
    expect(data.map(({ summary }) => summary)).toContain('acme: Not: “Fuarda tanıştık”');
    expect(data.map(({ summary }) => summary)).toContain('acme: Müşteri eklendi, kaynak: fuar');
    expect(data.map(({ summary }) => summary)).toContain('acme: Başka bir kayıtla birleştirildi');
  });
});

type Plan = {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
};
const walk = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(walk)];
