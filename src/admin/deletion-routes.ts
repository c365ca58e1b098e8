import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { deleteUser } from './delete-user.ts';
import { findDeletion, listDeletions } from './deletion-queries.ts';
import { DeletionListQuery, DeletionOut, DeletionPage, DeletionQuery, presentDeletion } from './detail-schemas.ts';

const admin = { tag: 'Admin', access: 'admin' } as const;

export const deletionRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'delete',
      path: '/v1/admin/users/{id}',
      summary: 'Delete a user, or an organization',
      description:
        'At once he cannot sign in, nothing of his is sent, and who he was is erased; the rest is done by a job. What a member made stays with the organization. ' +
        'The only owner goes with the organization alone: `organization=delete` and its name as `confirmation`. Statements are kept for ten years, without names.',
      params: IdParams,
      query: DeletionQuery,
      answer: { status: 202, schema: DeletionOut },
      problems: ['conflict'],
    },
    async ({ ctx, params, query }) => {
      const scope = query.organization === 'delete' ? 'organization' : 'user';
      const id = await deleteUser(ctx, { userId: params.id, scope, confirmation: query.confirmation ?? null });
      return presentDeletion(await findDeletion(ctx, id));
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/user-deletions',
      summary: 'Deletions of users and organizations, newest first',
      query: DeletionListQuery,
      answer: { status: 200, schema: DeletionPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listDeletions(ctx, query);
      return { data: data.map(presentDeletion), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/user-deletions/{id}',
      summary: 'How far a deletion has come',
      params: IdParams,
      answer: { status: 200, schema: DeletionOut },
    },
    async ({ ctx, params }) => presentDeletion(await findDeletion(ctx, params.id)),
  ),
];
