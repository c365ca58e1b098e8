import { isIP } from 'node:net';
import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { actorTypes } from '#src/db/schema/activities.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { Told } from './queries.ts';
import { labelOf } from './verb-labels.ts';

const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const Word = z
  .string()
  .regex(/^[A-Za-z-]{1,40}$/, bothLanguages({ en: 'A word such as customer', tr: 'customer gibi bir sözcük' }));
const Moment = InstantIn.transform((text) => new Date(text));

const filters = {
  verb: z
    .string()
    .regex(
      /^[a-z-]{1,40}\.[a-z-]{1,60}$/,
      bothLanguages({ en: 'A verb such as campaigns.pause', tr: 'campaigns.pause gibi bir eylem' }),
    )
    .optional()
    .openapi({ example: 'campaigns.pause' }),
  subjectType: Word.optional().openapi({ description: 'Together with `subjectId`', example: 'customer' }),
  subjectId: z.string().min(1).max(100).optional().openapi({ description: 'What it was done to' }),
  actorType: z.enum(actorTypes).optional(),
  apiKeyId: Id.optional(),
  userId: Id.optional().openapi({ description: 'Whose activities' }),
  impersonated: Flag.optional().openapi({ description: 'True: what a platform admin did as a user' }),
  from: Moment.optional(),
  to: Moment.optional().openapi({ description: 'The first moment that is left out' }),
  search: z.string().trim().min(1).max(100).optional().openapi({
    description: 'Words of what was done, in Turkish or English, or the id of what it was done to',
  }),
};
const own = {
  ...filters,
  of: z.enum(['me', 'organization']).default('me').openapi({ description: 'The organization’s: for its owner only' }),
};
const all = {
  ...filters,
  organizationId: Id.optional(),
  address: z
    .string()
    .refine((text) => isIP(text) !== 0, bothLanguages({ en: 'An IP address', tr: 'Bir IP adresi' }))
    .optional(),
  requestId: z.string().min(1).max(64).optional(),
};

export const ActivityQuery = z.strictObject({ ...PageQuery.shape, ...own });
export const ActivityExportQuery = z.strictObject(own);
export const AdminActivityQuery = z.strictObject({ ...PageQuery.shape, ...all });
export const AdminActivityExportQuery = z.strictObject(all);

export const ActivityOut = z
  .object({
    id: Id,
    verb: z.string().openapi({ example: 'campaigns.pause' }),
    label: z.string().openapi({ description: 'What was done, in the reader’s language', example: 'Paused a campaign' }),
    subjectType: z.string(),
    subjectId: z.string().nullable(),
    organizationId: Id.nullable(),
    user: z
      .object({ id: Id, name: z.string().nullable() })
      .nullable()
      .openapi({ description: 'Null: nobody of the organization' }),
    actor: z.object({ type: z.enum(actorTypes), id: z.string().nullable() }),
    impersonated: z.boolean().openapi({ description: 'A platform admin did it as the user' }),
    impersonatorId: Id.nullable().openapi({ description: 'For platform admins only' }),
    address: z.string().nullable(),
    requestId: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })).openapi({
      description: 'Of an edit, the fields that changed. A secret is `***`; of an erased customer nothing is left.',
    }),
    createdAt: InstantOut,
  })
  .openapi('Activity');
export const ActivityPage = pageOf(ActivityOut);

export const VerbList = z.object({
  data: z.array(z.object({ verb: z.string(), room: z.string(), label: z.object({ tr: z.string(), en: z.string() }) })),
});

/** Where a platform admin was, and who he is, is nobody else's business. */
export function presentActivity(ctx: Pick<OrgContext, 'language' | 'isAdmin'>, row: Told): z.input<typeof ActivityOut> {
  const byOperator = row.actorType === 'admin' || row.impersonatorId !== null;
  return {
    id: row.id,
    verb: row.verb,
    label: labelOf(row.verb)[ctx.language],
    subjectType: row.subjectType,
    subjectId: row.subjectId,
    organizationId: row.organizationId,
    user:
      row.userId === null
        ? null
        : { id: row.userId, name: row.actorType === 'admin' && !ctx.isAdmin ? null : row.userName },
    actor: { type: row.actorType, id: row.actorId },
    impersonated: row.impersonatorId !== null,
    impersonatorId: ctx.isAdmin ? row.impersonatorId : null,
    address: byOperator && !ctx.isAdmin ? null : row.address,
    requestId: row.requestId,
    details: row.details,
    changes: Object.entries(row.changes ?? {}).map(([field, [before, after]]) => ({ field, before, after })),
    createdAt: toInstant(row.createdAt),
  };
}
