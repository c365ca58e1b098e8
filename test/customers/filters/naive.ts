import type { Leaf } from '#src/customers/filters/leaf-schemas.ts';
import type { Filter } from '#src/customers/filters/read-filter.ts';
import { foldText } from '#src/customers/fold-text.ts';
import type { FilterScene, Person } from './filter-scene.ts';

const DAY = 86_400_000;
type Given = { scene: FilterScene; now: Date; segments: Map<string, Filter> };

/** Whether the filter lets a person through, as somebody would tell with a finger on the list. */
export function holds(filter: Filter, person: Person, given: Given): boolean {
  if ('and' in filter) return filter.and.every((one) => holds(one, person, given));
  if ('or' in filter) return filter.or.some((one) => holds(one, person, given));
  return 'not' in filter ? !holds(filter.not, person, given) : leafHolds(filter, person, given);
}

const quantified = (op: string, members: boolean[]): boolean =>
  op === 'all' ? members.every(Boolean) : op === 'any' ? members.some(Boolean) : !members.some(Boolean);

function leafHolds(leaf: Leaf, person: Person, given: Given): boolean {
  const { now } = given;
  const daysSince = (at: Date) => (now.getTime() - at.getTime()) / DAY;
  switch (leaf.field) {
    case 'addedWithinDays':
      return daysSince(person.createdAt) <= leaf.value;
    case 'notContactedForDays':
      return !person.lastContactedAt || daysSince(person.lastContactedAt) > leaf.value;
    case 'source':
    case 'countryCode':
    case 'city':
    case 'language':
    case 'lastContactedChannel':
      return quantified(
        leaf.op,
        leaf.value.map((value) => person[leaf.field] === value),
      );
    case 'consultantId':
      return quantified(
        leaf.op,
        leaf.value.map((value) => (person.consultantId ?? 'none') === value),
      );
    case 'createdBy':
      return quantified(
        leaf.op,
        leaf.value.map((value) => [person.createdByType, person.createdById].includes(value)),
      );
    case 'tag':
      return quantified(
        leaf.op,
        leaf.value.map((value) => person.tags!.includes(value)),
      );
    case 'groupId':
      return quantified(
        leaf.op,
        leaf.value.map((value) => person.groups.includes(value)),
      );
    case 'segmentId':
      return quantified(
        leaf.op,
        leaf.value.map((id) => holds(given.segments.get(id)!, person, given)),
      );
    case 'consent':
      return quantified(
        leaf.op,
        leaf.value.map((channel) => hasConsent(person, channel)),
      );
    case 'suppression':
      return quantified(
        leaf.op,
        leaf.value.map((word) => isSuppressed(person, word)),
      );
    default:
      return askedHolds(leaf, person, given);
  }
}

function askedHolds(leaf: Leaf, person: Person, given: Given): boolean {
  switch (leaf.field) {
    case 'has':
      return quantified(
        leaf.op,
        leaf.value.map((thing) => hasThing(person, thing)),
      );
    case 'birthdayWithinDays':
      return hasBirthday(person.birthday ?? null, leaf.value, given.now);
    case 'campaign':
      return campaignHolds(leaf, person, given);
    case 'search':
      return foldText(leaf.value)
        .split(' ')
        .every((word) => person.searchText!.includes(word));
    case 'custom':
      return customHolds(leaf, person.customFields![leaf.key] ?? null);
    default:
      throw new Error(leaf.field);
  }
}

const hasConsent = ({ consented, suppressed, email }: Person, channel: string): boolean =>
  consented.includes(channel) && !(channel === 'email' && email && suppressed.includes('email'));

function isSuppressed({ suppressed, phone, email }: Person, word: string): boolean {
  if (word === 'blacklist') return Boolean(phone) && suppressed.includes('blacklist');
  if (word === 'graylist') return Boolean(email) && suppressed.includes('graylist');
  return Boolean(email) && (suppressed.includes('email') || suppressed.includes('bounced'));
}

function hasThing(person: Person, thing: string): boolean {
  if (thing === 'tag') return person.tags!.length > 0;
  return Boolean(person[thing as keyof Person]);
}

/** Day by day in Istanbul, which is three hours ahead. */
function hasBirthday(birthday: string | null, withinDays: number, now: Date): boolean {
  if (birthday === null) return false;
  const own = birthday.slice(5);
  for (let ahead = 0; ahead <= withinDays; ahead++) {
    const day = new Date(now.getTime() + 3 * 3_600_000 + ahead * DAY).toISOString();
    if (day.slice(5, 10) === own) return true;
    const next = new Date(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) + DAY).toISOString();
    if (own === '02-29' && day.slice(5, 10) === '02-28' && next.slice(5, 10) === '03-01') return true;
  }
  return false;
}

function campaignHolds({ op, value }: Leaf & { field: 'campaign' }, person: Person, { scene, now }: Given): boolean {
  return person.got.some((one) => {
    const campaign = scene.campaigns.find(({ id }) => id === one.campaignId)!;
    const { campaignId = campaign.id, channel = campaign.channel, withinDays = 36_500 } = value;
    if (campaignId !== campaign.id || channel !== campaign.channel) return false;
    if (now.getTime() - campaign.startedAt.getTime() > withinDays * DAY) return false;
    const reached = {
      received: ['sent', 'delivered', 'read'],
      delivered: ['delivered', 'read'],
      read: ['read'],
      failed: ['failed'],
    };
    if (op === 'opened' || op === 'clicked' || op === 'replied') return one[op];
    return reached[op].includes(one.status);
  });
}

function customHolds({ op, value }: Leaf & { field: 'custom' }, stored: unknown): boolean {
  const isEmpty = stored === null || stored === '' || (Array.isArray(stored) && stored.length === 0);
  const list = (Array.isArray(value) ? value : [value]) as (string | number)[];
  const has = (one: unknown) => (Array.isArray(stored) ? stored.includes(one) : stored === one);
  if (op === 'present' || op === 'empty') return isEmpty === (op === 'empty');
  if (op === 'contains') return stored !== null && foldText(String(stored)).includes(foldText(String(value)));
  if (op === 'is') return stored === value;
  if (op === 'any' || op === 'all' || op === 'none') return quantified(op, list.map(has));
  if (stored === null) return false;
  const [from, to] = op === 'atMost' ? [null, list[0]!] : [list[0]!, op === 'between' ? list[1]! : null];
  return (
    (from === null || (stored as number) >= (from as number)) && (to === null || (stored as number) <= (to as number))
  );
}
