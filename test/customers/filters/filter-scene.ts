import { searchTextOf } from '#src/customers/customer.ts';
import { campaignRecipients, campaigns, type recipientStatuses } from '#src/db/schema/campaigns.ts';
import { consents } from '#src/db/schema/consents.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import { customers, suppressions } from '#src/db/schema/customers.ts';
import { groupMembers, groups } from '#src/db/schema/groups.ts';
import { newId } from '#src/platform/ids.ts';
import type { World } from '#test/support/world.ts';

export type Person = typeof customers.$inferInsert & {
  id: string;
  createdAt: Date;
  groups: string[];
  consented: string[];
  suppressed: string[];
  got: {
    campaignId: string;
    status: (typeof recipientStatuses)[number];
    opened: boolean;
    clicked: boolean;
    replied: boolean;
  }[];
};
export type Campaign = { id: string; channel: 'whatsapp' | 'email'; startedAt: Date };
export type FilterScene = { people: Person[]; groupIds: string[]; campaigns: Campaign[] };

export const words = {
  names: ['Ayşe', 'IŞIL', 'İpek', 'Çağrı', 'Öykü', 'Ali', "O'Hara", 'Ümit Can'],
  sources: ['Instagram', 'web', 'Fuar 2026'],
  cities: ['İzmir', 'Iğdır', 'Ankara', 'Çorum'],
  tags: ['vip', 'yeni', "o'hara", '%', 'a,b'],
  texts: ['Kırmızı Elma', 'kirmizi', 'MAVİ', 'şeker', '100%'],
  sizes: ['S', 'M', 'L'],
  statuses: ['queued', 'sent', 'delivered', 'read', 'failed', 'skipped', 'unknown'],
} as const;
const DAY = 86_400_000;

/** The same numbers every time. */
function dice(seed: number) {
  let state = seed;
  const roll = (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
  return {
    roll,
    one: <T>(of: readonly T[]): T => of[roll(of.length)]!,
    some: <T>(of: readonly T[]): T[] => of.filter(() => roll(3) === 0),
    maybe: <T>(value: () => T): T | null => (roll(3) === 0 ? null : value()),
  };
}

/** `count` customers of acme with everything that a filter can ask for, and what it takes to tell by hand who they are. */
export async function createFilterScene(world: World, count: number): Promise<FilterScene> {
  const { ctx, acme, clock } = world;
  const now = clock.now().getTime();
  const groupIds = [newId(), newId(), newId()];
  await ctx.db.insert(groups).values(groupIds.map((id) => ({ id, organizationId: acme.organizationId, name: id })));
  const types = {
    favourite: 'text',
    budget: 'number',
    since: 'date',
    member: 'boolean',
    size: 'select',
    likes: 'multi-select',
  } as const;
  await ctx.db.insert(customFields).values(
    Object.entries(types).map(([key, type]) => ({
      organizationId: acme.organizationId,
      key,
      label: key,
      type,
      options: [...words.sizes],
    })),
  );
  const made = await createCampaigns(world);
  const people = Array.from({ length: count }, (_, n) => createPerson(world, n, { groupIds, made, now }));
  await savePeople(world, people);
  return { people, groupIds, campaigns: made };
}

async function createCampaigns({ ctx, acme, clock }: World): Promise<Campaign[]> {
  const ages = [1, 5, 40, 100];
  const made = ages.map(
    (age, at): Campaign => ({
      id: newId(),
      channel: at % 2 === 0 ? 'whatsapp' : 'email',
      startedAt: new Date(clock.now().getTime() - age * DAY),
    }),
  );
  await ctx.db.insert(campaigns).values(
    made.map(({ id, channel, startedAt }) => ({
      id,
      channel,
      startedAt,
      organizationId: acme.organizationId,
      userId: acme.userId,
      name: id,
      status: 'completed' as const,
      plan: [],
      messagesPerRecipient: 1,
      audience: {},
      startAt: startedAt,
      endedAt: startedAt,
      settledAt: startedAt,
    })),
  );
  return made;
}

type Ground = { groupIds: string[]; made: Campaign[]; now: number };

function createPerson({ acme }: World, n: number, { groupIds, made, now }: Ground): Person {
  const { roll, one, some, maybe } = dice(n + 1);
  const phone = maybe(() => `+90532${String(1_000_000 + n * 37)}`);
  const email = maybe(() => `kisi${n}@${one(['example.com', 'test.com.tr'])}`);
  const birthday = maybe(() =>
    one(['1990-03-02', '1984-02-29', '1970-12-31', '2001-01-01', '1999-03-09', '1965-07-15']),
  );
  const values = {
    firstName: one(words.names),
    lastName: maybe(() => one(words.names)),
    phone,
    email,
  };
  return {
    id: newId(),
    organizationId: acme.organizationId,
    ...values,
    searchText: searchTextOf(values),
    countryCode: maybe(() => one(['TR', 'DE', 'AZ'])),
    source: maybe(() => one(words.sources)),
    consultantId: maybe(() => acme.userId),
    tags: some(words.tags),
    city: maybe(() => one(words.cities)),
    language: maybe(() => one(['tr', 'en'])),
    birthday,
    customFields: {
      ...(roll(2) && { favourite: one(words.texts) }),
      ...(roll(2) && { budget: roll(20) * 2.5 }),
      ...(roll(2) && { since: one(['2025-01-31', '2025-06-15', '2026-02-28']) }),
      ...(roll(2) && { member: roll(2) === 0 }),
      ...(roll(2) && { size: one(words.sizes) }),
      ...(roll(2) && { likes: some(words.sizes) }),
    },
    note: maybe(() => 'not'),
    lastContactedAt: maybe(() => new Date(now - roll(60) * DAY)),
    lastContactedChannel: maybe(() => one(['whatsapp', 'email', 'call'] as const)),
    createdByType: maybe(() => one(['user', 'apiKey', 'job'] as const)),
    createdById: maybe(() => acme.userId),
    createdAt: new Date(now - roll(60) * DAY),
    groups: some(groupIds),
    consented: some(['email', 'whatsapp', 'sms']),
    suppressed: some(['blacklist', 'graylist', 'email', 'expired', 'bounced']),
    got: some(made).map(({ id }) => ({
      campaignId: id,
      status: one(words.statuses),
      opened: roll(2) === 0,
      clicked: roll(3) === 0,
      replied: roll(3) === 0,
    })),
  };
}

async function savePeople({ ctx, acme, clock }: World, people: Person[]): Promise<void> {
  const { organizationId } = acme;
  const now = clock.now();
  await ctx.db
    .insert(customers)
    .values(people.map(({ groups: _, consented: __, suppressed: ___, got: ____, ...values }) => values));
  await ctx.db
    .insert(groupMembers)
    .values(people.flatMap(({ id, groups }) => groups.map((groupId) => ({ groupId, customerId: id, organizationId }))));
  await ctx.db.insert(consents).values(
    people.flatMap(({ id, consented }) =>
      consented.map((channel) => ({
        organizationId,
        customerId: id,
        channel: channel as 'email',
        state: 'given' as const,
        source: 'form',
        givenAt: now,
        actorType: 'user' as const,
      })),
    ),
  );
  await ctx.db.insert(suppressions).values(people.flatMap((person) => suppressionsOf(person, organizationId, now)));
  await ctx.db.insert(campaignRecipients).values(
    people.flatMap(({ id, firstName, got }) =>
      got.map(({ campaignId, status, opened, clicked, replied }, at) => ({
        organizationId,
        campaignId,
        customerId: id,
        position: at,
        name: firstName,
        address: id,
        status,
        openedAt: opened ? now : null,
        clickedAt: clicked ? now : null,
        repliedAt: replied ? now : null,
      })),
    ),
  );
}

/** What each word of `suppressed` is in the table; `expired` and `bounced` look like others and are not. */
function suppressionsOf({ phone, email, suppressed }: Person, organizationId: string, now: Date) {
  const list: (typeof suppressions.$inferInsert)[] = [];
  if (phone && suppressed.includes('blacklist')) list.push({ organizationId, phone, level: 'blacklist' });
  if (email && suppressed.includes('graylist')) list.push({ organizationId, email, level: 'graylist' });
  if (phone && suppressed.includes('expired')) list.push({ organizationId, phone, level: 'graylist', expiresAt: now });
  const closed = { organizationId, email, level: 'blacklist', scope: 'email' } as const;
  if (email && suppressed.includes('email')) list.push({ ...closed, reason: 'unsubscribe' });
  else if (email && suppressed.includes('bounced')) list.push({ ...closed, reason: 'bounce' });
  return list;
}
