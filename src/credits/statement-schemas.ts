import { z } from '@hono/zod-openapi';
import { transactionTypes } from '#src/db/schema/credits.ts';
import { Id, InstantIn, PageQuery } from '#src/platform/schemas.ts';

const at = InstantIn.transform((text) => new Date(text)).optional();

const filters = {
  type: z.enum(transactionTypes).optional(),
  from: at,
  to: at.openapi({ description: 'Up to then, not counted itself' }),
  campaignId: Id.optional(),
};

export const StatementQuery = PageQuery.extend(filters);
export const StatementFileQuery = z.strictObject(filters);
