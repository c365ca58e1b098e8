import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery, pageOf } from '#src/platform/schemas.ts';
import { addGroupCustomers } from './add-group-customers.ts';
import { createGroup } from './create-group.ts';
import { deleteGroup } from './delete-group.ts';
import { getGroup, listGroupCustomers, listGroups } from './queries.ts';
import { removeGroupCustomers } from './remove-group-customers.ts';
import { renameGroup } from './rename-group.ts';
import { Customer, Group, GroupBody, GroupMembers, presentCustomer, presentGroup } from './schemas.ts';

const read = { access: 'user', scope: 'groups:read', tag: 'Groups' } as const;
const write = { access: 'user', scope: 'groups:write', tag: 'Groups' } as const;
const group = { status: 200, schema: Group } as const;

export const groupRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/groups',
      summary: 'List groups, newest first',
      query: PageQuery,
      answer: { status: 200, schema: pageOf(Group) },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listGroups(ctx, query);
      return { data: data.map(presentGroup), nextCursor };
    },
  ),
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/groups',
      summary: 'Make a group',
      description: 'Names are unique, however cased; `already-exists` names the other in `groupId`.',
      body: GroupBody,
      answer: { status: 201, schema: Group },
      problems: ['already-exists'],
    },
    async ({ ctx, body }) => presentGroup(await createGroup(ctx, body)),
  ),
  defineRoute(
    { ...read, method: 'get', path: '/v1/groups/{id}', summary: 'One group', params: IdParams, answer: group },
    async ({ ctx, params }) => presentGroup(await getGroup(ctx, params.id)),
  ),
  defineRoute(
    {
      ...write,
      method: 'patch',
      path: '/v1/groups/{id}',
      summary: 'Rename a group',
      params: IdParams,
      body: GroupBody,
      answer: group,
      problems: ['already-exists'],
    },
    async ({ ctx, params, body }) => presentGroup(await renameGroup(ctx, params.id, body)),
  ),
  defineRoute(
    {
      ...write,
      method: 'delete',
      path: '/v1/groups/{id}',
      summary: 'Delete a group; its customers stay',
      params: IdParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => deleteGroup(ctx, params.id),
  ),
  ...memberRoutes(),
];

function memberRoutes(): Route<OrgContext>[] {
  const path = '/v1/groups/{id}/customers';
  return [
    defineRoute(
      {
        ...read,
        method: 'get',
        path,
        summary: 'List the customers of a group, newest first',
        params: IdParams,
        query: PageQuery,
        answer: { status: 200, schema: pageOf(Customer) },
      },
      async ({ ctx, params, query }) => {
        const { data, nextCursor } = await listGroupCustomers(ctx, params.id, query);
        return { data: data.map(presentCustomer), nextCursor };
      },
    ),
    defineRoute(
      {
        ...write,
        method: 'post',
        path,
        summary: 'Add customers to a group',
        description: 'All or none; who is a member already stays one.',
        params: IdParams,
        body: GroupMembers,
        answer: group,
      },
      async ({ ctx, params, body }) => presentGroup(await addGroupCustomers(ctx, params.id, body.customerIds)),
    ),
    defineRoute(
      {
        ...write,
        method: 'delete',
        path,
        summary: 'Take customers out of a group',
        description: 'All or none; who is no member is passed over.',
        params: IdParams,
        body: GroupMembers,
        answer: group,
      },
      async ({ ctx, params, body }) => presentGroup(await removeGroupCustomers(ctx, params.id, body.customerIds)),
    ),
  ];
}
