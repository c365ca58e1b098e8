import { z } from '@hono/zod-openapi';
import { Id, InstantOut, PageQuery, toInstant } from '#src/platform/schemas.ts';
import { type SuspectedPair, suspicions } from './find-duplicates.ts';
import type { DeletedCustomer as Deleted } from './list-deleted-customers.ts';

export const CustomerMerge = z
  .strictObject({
    customerId: Id.openapi({ description: 'Who is merged into the customer of the path, and is gone then.' }),
    prefer: z.enum(['this', 'other']).optional().openapi({
      description:
        'Whose value counts where both have one: `this` (unless told), the customer of the path, or `other`.',
    }),
  })
  .openapi('CustomerMerge');

export const DuplicatesQuery = PageQuery.extend({ matchedBy: z.enum(suspicions).optional() });

const Suspect = z.object({
  id: Id,
  firstName: z.string(),
  lastName: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  city: z.string().nullable(),
  birthday: z.string().nullable(),
  createdAt: InstantOut,
});

export const DuplicatePair = z
  .object({
    matchedBy: z.enum(suspicions),
    customers: z.array(Suspect).openapi({ description: 'Two, the elder first.' }),
  })
  .openapi('DuplicatePair');

export const presentPair = ({ matchedBy, customers }: SuspectedPair): z.input<typeof DuplicatePair> => ({
  matchedBy,
  customers: customers.map((one) => ({ ...one, createdAt: toInstant(one.createdAt) })),
});

export const DeletedCustomer = z
  .object({
    id: Id,
    firstName: z.string(),
    lastName: z.string().nullable(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    deletedAt: InstantOut,
    eraseAt: InstantOut.openapi({ description: 'From then on he is erased; until then he can be restored.' }),
  })
  .openapi('DeletedCustomer');

export const presentDeleted = (row: Deleted): z.input<typeof DeletedCustomer> => ({
  ...row,
  deletedAt: toInstant(row.deletedAt),
  eraseAt: toInstant(row.eraseAt),
});

const Label = z.object({ tr: z.string(), en: z.string() });
export const CustomerExport = z
  .object({
    exportedAt: InstantOut,
    organization: z.object({ id: Id, name: z.string() }),
    sections: z.array(
      z.object({
        key: z.string(),
        label: Label,
        records: z.array(z.record(z.string(), z.unknown())),
      }),
    ),
  })
  .openapi('CustomerExport');
