import { z } from '@hono/zod-openapi';
import { consentChannels } from '#src/db/schema/consents.ts';
import { contactChannels } from '#src/db/schema/customers.ts';
import { Id, PageQuery } from '#src/platform/schemas.ts';
import {
  BirthdayDays,
  City,
  ConsultantId,
  Country,
  Creator,
  Days,
  havings,
  LanguageCode,
  SearchText,
  Source,
  suppressionWords,
  Tag,
} from './leaf-schemas.ts';
import { FilterIn, FilterText } from './read-filter.ts';
import { orders, sorts } from './sorts.ts';

const days = (schema: typeof Days) => z.coerce.number().pipe(schema).optional();

/** The query parameters that say which customers: a condition each, all of them together. */
export const CustomerConditions = {
  search: SearchText.optional().openapi({
    description:
      'Words of the name or the email in any order, or digits of the phone in any spelling; accents and Turkish letters do not matter. A word of one or two letters is the beginning of one.',
  }),
  addedWithinDays: days(Days),
  notContactedForDays: days(Days).openapi({ description: 'Never contacted counts as not contacted.' }),
  source: Source.optional(),
  consultantId: ConsultantId.optional().openapi({ description: '`none`: who has no consultant.' }),
  countryCode: Country.optional(),
  city: City.optional(),
  language: LanguageCode.optional(),
  lastContactedChannel: z.enum(contactChannels).optional(),
  tag: Tag.optional(),
  groupId: Id.optional(),
  segmentId: Id.optional(),
  consent: z.enum(consentChannels).optional().openapi({
    description: 'Marketing on this channel is agreed to; for email, the address is not closed by its owner either.',
  }),
  suppression: z.enum(suppressionWords).optional(),
  has: z.enum(havings).optional(),
  birthdayWithinDays: days(BirthdayDays),
  createdBy: Creator.optional(),
  filter: FilterText.optional(),
};

const Sorting = {
  sort: z.enum(sorts).optional().openapi({
    description:
      'Left out: with `search`, what matches best first; else newest first. `name` and `city` in Turkish order. Who has no city or was never contacted comes last.',
  }),
  order: z.enum(orders).optional().openapi({
    description: 'Left out: name and city from A, the others from the newest; `relevance` has none.',
  }),
};
/** Names are long. */
const Cursor = z.string().min(1).max(2048).optional();

export const CustomerQuery = PageQuery.extend({ cursor: Cursor, ...Sorting, ...CustomerConditions });
export const CustomerCountQuery = z.strictObject(CustomerConditions);

export const CustomerSearch = z
  .strictObject({
    filter: FilterIn.optional(),
    search: CustomerConditions.search,
    ...Sorting,
    limit: z.int().min(1).max(200).default(50),
    cursor: Cursor,
  })
  .openapi('CustomerSearch');

export const FilterBody = z.strictObject({ filter: FilterIn }).openapi('CustomerFilterBody');
export const CustomerCount = z.object({ count: z.int() }).openapi('CustomerCount');
