import type { ListInput } from '#src/customers/filters/list-statement.ts';
import type { Filter } from '#src/customers/filters/read-filter.ts';
import type { Crowd } from './crowd.ts';

export type Look = { what: string; filter: Filter | null; input?: Omit<ListInput, 'limit'> };

const one = (field: string, op: string, value: unknown, more: object = {}) => ({ field, op, value, ...more }) as Filter;
const search = (text: string, sort?: 'createdAt'): Look => ({
  what: `search “${text}”${sort ? ', newest first' : ''}`,
  filter: one('search', 'contains', text),
  input: { search: text, sort },
});
const added = one('addedWithinDays', 'is', 7);
const silent = one('notContactedForDays', 'is', 90);
const istanbul = one('city', 'any', ['İstanbul']);

/** What lists of customers are asked for. */
export const looksAt = (crowd: Crowd): Look[] => [...listed(crowd), ...told(crowd), ...searched];

const listed = ({ groupId, smallGroupId, consultantId }: Crowd): Look[] => [
  { what: 'everybody, newest first', filter: null },
  { what: 'everybody, by name', filter: null, input: { sort: 'name' } },
  { what: 'everybody, last contacted', filter: null, input: { sort: 'lastContactedAt' } },
  { what: 'added this week', filter: added },
  { what: 'not contacted for 90 days, by name', filter: silent, input: { sort: 'name' } },
  {
    what: 'source and city, by name',
    filter: { and: [one('source', 'any', ['fuar']), istanbul] },
    input: { sort: 'name' },
  },
  {
    what: 'a consultant’s, last contacted',
    filter: one('consultantId', 'any', [consultantId]),
    input: { sort: 'lastContactedAt' },
  },
  { what: 'a frequent tag', filter: one('tag', 'any', ['etiket0']) },
  { what: 'two tags, by name', filter: one('tag', 'all', ['etiket50', 'dönem3']), input: { sort: 'name' } },
  { what: 'a group of a tenth', filter: one('groupId', 'any', [groupId]) },
  { what: 'a small group, by name', filter: one('groupId', 'any', [smallGroupId]), input: { sort: 'name' } },
];

/** By what happened with them, and what is kept about them. */
const told = ({ campaignId }: Crowd): Look[] => [
  { what: 'agreed to mail', filter: one('consent', 'any', ['email']) },
  { what: 'on the blacklist', filter: one('suppression', 'any', ['blacklist']) },
  { what: 'custom: a number, one in a thousand', filter: one('custom', 'between', [500, 600], { key: 'budget' }) },
  { what: 'custom: yes or no', filter: one('custom', 'is', true, { key: 'member' }) },
  { what: 'custom: text contains', filter: one('custom', 'contains', 'YÜZ', { key: 'hobby' }) },
  { what: 'birthday within 7 days, by name', filter: one('birthdayWithinDays', 'is', 7), input: { sort: 'name' } },
  { what: 'read a campaign', filter: one('campaign', 'read', { campaignId }) },
  {
    what: 'replied to any within 30 days',
    filter: one('campaign', 'replied', { withinDays: 30 }),
    input: { sort: 'name' },
  },
  { what: 'received none within 60 days', filter: { not: one('campaign', 'received', { withinDays: 60 }) } },
  {
    what: 'all together',
    filter: {
      and: [
        { or: [istanbul, one('tag', 'any', ['etiket3'])] },
        silent,
        one('consent', 'any', ['email', 'whatsapp']),
        { not: one('suppression', 'any', ['blacklist']) },
        { not: one('campaign', 'received', { withinDays: 60 }) },
      ],
    },
    input: { sort: 'name' },
  },
];

const searched: Look[] = [
  search('kisi777777'),
  search('0500 012 34'),
  search('yıldız IŞIL'),
  search('mehmet'),
  search('mehmet', 'createdAt'),
  search('al'),
];
