import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { transferCredits } from './transfer-credits.ts';
import { AdminTransferBody, presentTransfer, TransferBody, TransferOut } from './transfer-schemas.ts';

const DESCRIPTION =
  'Two lines of one transfer, or none: 402 where the giver has not that many to spare. What campaigns and messages hold stays. ';

export const transferRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      method: 'post',
      path: '/v1/credits/transfers',
      summary: 'Move credits between members of the organization',
      description: `${DESCRIPTION}For the owner, signed in himself.`,
      tag: 'Credits',
      access: 'user',
      body: TransferBody,
      answer: { status: 201, schema: TransferOut },
      problems: ['insufficient-credits', 'conflict', 'not-found'],
    },
    async ({ ctx, body }) =>
      presentTransfer(
        await transferCredits(ctx, { fromUserId: ctx.userId, ...body, organizationId: ctx.organizationId }),
      ),
  ),
  defineRoute(
    {
      method: 'post',
      path: '/v1/admin/credits/transfers',
      summary: 'Move credits between two users of one organization',
      description: DESCRIPTION.trim(),
      tag: 'Admin',
      access: 'admin',
      body: AdminTransferBody,
      answer: { status: 201, schema: TransferOut },
      problems: ['insufficient-credits', 'conflict', 'not-found'],
    },
    async ({ ctx, body }) => presentTransfer(await transferCredits(ctx, body)),
  ),
];
