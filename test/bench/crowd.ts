import { sql } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import { newId } from '#src/platform/ids.ts';
import { createSenders, type Sender } from './populate.ts';

export type Crowd = {
  ctx: OrgContext;
  groupId: string;
  smallGroupId: string;
  campaignId: string;
  consultantId: string;
};

const textArray = (values: string[]) =>
  sql`array[${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )}]::text[]`;
const FIRST = [
  'Ayşe',
  'Fatma',
  'Mehmet',
  'Mustafa',
  'Ahmet',
  'Ali',
  'Işıl',
  'İbrahim',
  'Çağrı',
  'Ömer',
  'Zeynep',
  'Elif',
  'Şule',
  'Gül',
  'Umut',
  'Deniz',
];
const LAST = [
  'Yılmaz',
  'Kaya',
  'Demir',
  'Çelik',
  'Şahin',
  'Yıldız',
  'Öztürk',
  'Aydın',
  'Özdemir',
  'Arslan',
  'Doğan',
  'Kılıç',
  'İnce',
  'Ünal',
];
const CITIES = ['İstanbul', 'Ankara', 'İzmir', 'Bursa', 'Antalya', 'Iğdır', 'Çorum', 'Şırnak', 'Muğla', 'Ordu'];
const SOURCES = ['Instagram', 'web', 'mağaza', 'fuar', 'tavsiye', 'Google', 'telefon', 'etkinlik'];

/** `count` customers of one organization, as uneven as life: few cities have most of them, most tags few. */
export async function createCrowd(ctx: AppContext, count: number): Promise<Crowd> {
  const [sender] = (await createSenders(ctx, 1, 0)) as [Sender];
  const consultants = await addConsultants(ctx, sender);
  await withoutIndexes(ctx, () => addCustomers(ctx, sender, consultants, count));
  const [groupId, smallGroupId] = [await addGroup(ctx, sender, 10), await addGroup(ctx, sender, 1000)];
  const campaignId = await addCampaigns(ctx, sender);
  await addSuppressions(ctx, sender);
  for (const [key, type] of [
    ['budget', 'number'],
    ['member', 'boolean'],
    ['size', 'select'],
    ['hobby', 'text'],
  ] as const)
    await ctx.db
      .insert(customFields)
      .values({ organizationId: sender.organizationId, key, label: key, type, options: ['S', 'M', 'L'] });
  for (const table of ['customers', 'customer_addresses', 'group_members', 'campaign_recipients', 'suppressions'])
    await ctx.db.execute(sql`vacuum analyze ${sql.identifier(table)}`);
  return { ctx: sender.ctx, groupId, smallGroupId, campaignId, consultantId: consultants[0]! };
}

async function addConsultants(ctx: AppContext, { organizationId }: Sender): Promise<string[]> {
  const ids = Array.from({ length: 20 }, newId);
  await ctx.db.execute(sql`
    insert into users (id, name, email, email_verified) select id, 'Danışman', id || '@example.com', true from unnest(${sql.param(ids)}::uuid[]) id`);
  await ctx.db.execute(sql`
    insert into members (user_id, organization_id, role) select id, ${organizationId}, 'consultant' from unnest(${sql.param(ids)}::uuid[]) id`);
  return ids;
}

/** A million rows one by one into twenty indexes would take longer than everything that is measured. */
async function withoutIndexes(ctx: AppContext, work: () => Promise<void>): Promise<void> {
  const kept = await ctx.db.execute<{ name: string; definition: string }>(sql`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid in ('customers'::regclass, 'customer_addresses'::regclass) and not indisprimary`);
  for (const { name } of kept) await ctx.db.execute(sql.raw(`drop index ${name}`));
  await ctx.db.execute(sql`alter table customers disable trigger user`);
  await work();
  await ctx.db.execute(sql`alter table customer_addresses disable trigger all`);
  await ctx.db.execute(sql`
    insert into customer_addresses (organization_id, customer_id, kind, address, is_primary)
    select c.organization_id, c.id, a.kind, a.address, true
    from customers c cross join lateral (values ('phone', c.phone), ('email', c.email)) as a (kind, address)`);
  await ctx.db.execute(sql`alter table customer_addresses enable trigger all`);
  await ctx.db.execute(sql`alter table customers enable trigger user`);
  await ctx.db.transaction(async (tx) => {
    await tx.execute(sql`set local maintenance_work_mem = '512MB'`);
    for (const { definition } of kept) await tx.execute(sql.raw(definition));
  });
}

async function addCustomers(
  ctx: AppContext,
  { organizationId }: Sender,
  consultants: string[],
  count: number,
): Promise<void> {
  const pick = (values: string[], power = 1) =>
    sql`(${textArray(values)})[1 + floor(power(random(), ${power}::float8) * ${values.length}::int)::int]`;
  await ctx.db.execute(sql`
    insert into customers (organization_id, first_name, last_name, phone, email, country_code, source, consultant_id, tags, city, language, birthday,
      custom_fields, search_text, last_contacted_at, last_contacted_channel, created_by_type, created_by_id, email_consent_id, whatsapp_consent_id, created_at)
    select ${organizationId}, first, last, phone, email, country, source, consultant, tags, city, language, birthday, fields,
      translate(lower(first || ' ' || last), 'ışğüöçi̇', 'isguoci') || ' ' || phone || ' ' || email,
      contacted, case when contacted is not null then 'whatsapp' end, 'user', ${consultants[0]}::text,
      case when random() < 0.5 then gen_random_uuid() end, case when random() < 0.4 then gen_random_uuid() end,
      now() - (${count}::int - n) * interval '90 seconds'
    from (
      select n, ${pick(FIRST)} as first, ${pick(LAST)} || case when n % 7 = 0 then '-' || (n % 5000) else '' end as last,
        '+905' || lpad(n::text, 9, '0') as phone, 'kisi' || n || '@example.com' as email,
        case when random() < 0.9 then 'TR' else ${pick(['DE', 'AZ', 'NL', 'FR', 'KZ'])} end as country,
        ${pick(SOURCES, 2)} as source, case when random() < 0.8 then (${sql.param(consultants)}::uuid[])[1 + floor(random() * 20)::int] end as consultant,
        case when random() < 0.6 then array['etiket' || floor(power(random(), 3) * 60)::int, 'dönem' || floor(random() * 12)::int] else '{}'::text[] end as tags,
        ${pick(CITIES, 2)} as city, case when random() < 0.9 then 'tr' else 'en' end as language,
        case when random() < 0.7 then date '1950-01-01' + floor(random() * 20000)::int end as birthday,
        jsonb_build_object('budget', floor(random() * 100000), 'member', random() < 0.3, 'size', ${pick(['S', 'M', 'L'])}, 'hobby', ${pick(['Yüzme', 'koşu', 'satranç'])}) as fields,
        case when random() < 0.6 then now() - random() * interval '400 days' end as contacted
      from generate_series(1, ${count}::int) n offset 0
    ) person`);
}

async function addGroup(ctx: AppContext, { organizationId }: Sender, every: number): Promise<string> {
  const id = newId();
  await ctx.db.execute(sql`insert into groups (id, organization_id, name) values (${id}, ${organizationId}, ${id})`);
  await ctx.db.execute(sql`
    insert into group_members (group_id, customer_id, organization_id)
    select ${id}, id, organization_id from (select *, row_number() over () as n from customers where organization_id = ${organizationId}) c where n % ${every}::int = 0`);
  return id;
}

/** Five, of a tenth of the customers each. */
async function addCampaigns(ctx: AppContext, { organizationId, userId }: Sender): Promise<string> {
  const ids = Array.from({ length: 5 }, newId);
  await ctx.db.execute(sql`
    insert into campaigns (id, organization_id, user_id, channel, name, status, plan, messages_per_recipient, audience, start_at, started_at, ended_at, settled_at)
    select id, ${organizationId}, ${userId}, 'whatsapp', 'K', 'completed', '[]', 1, '{}', now(), now() - n * interval '10 days', now(), now()
    from unnest(${sql.param(ids)}::uuid[]) with ordinality as k(id, n)`);
  await ctx.db.execute(sql`
    insert into campaign_recipients (organization_id, campaign_id, customer_id, position, name, address, status, replied_at)
    select ${organizationId}, k.id, c.id, c.n, 'X', c.phone, (array['sent', 'delivered', 'read', 'failed'])[1 + (c.n / 5) % 4],
      case when c.n % 50 = k.at then now() end
    from unnest(${sql.param(ids)}::uuid[]) with ordinality as k(id, at)
    join (select *, row_number() over ()::int as n from customers where organization_id = ${organizationId}) c on c.n % 10 = k.at`);
  return ids[0]!;
}

/** One in a hundred by phone, one in a hundred by mail. */
const addSuppressions = (ctx: AppContext, { organizationId }: Sender): Promise<unknown> =>
  ctx.db.execute(sql`
    insert into suppressions (organization_id, phone, email, level, scope, reason)
    select ${organizationId}, case when n % 200 = 0 then phone end, case when n % 200 <> 0 then email end, 'blacklist',
      case when n % 200 = 0 then 'all' else 'email' end, case when n % 200 = 0 then 'opt-out' else 'unsubscribe' end
    from (select *, row_number() over () as n from customers where organization_id = ${organizationId}) c where n % 100 = 0`);
