import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { cleanLine, limits } from '#src/customers/customer.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { Id, IdParams } from '#src/platform/schemas.ts';
import { makeCustomer } from './make-customer.ts';
import { readViews } from './queries.ts';
import { ConversationOut, presentConversation } from './schemas.ts';

const line = (max: number) => z.string().overwrite(cleanLine).max(max);

const NewCustomerIn = z
  .strictObject({
    firstName: line(limits.name).min(1),
    lastName: line(limits.name).nullish(),
    email: z.string().max(320).nullish(),
    source: line(limits.source).nullish(),
    consultantId: Id.nullish(),
    tags: z.array(line(limits.tag)).max(limits.tags).optional(),
    note: z.string().max(limits.note).nullish(),
  })
  .openapi('ConversationCustomer', { description: 'The phone is the conversation’s.' });

const make = defineRoute(
  {
    tag: 'Conversations',
    access: 'user',
    scope: 'customers:write',
    method: 'post',
    path: '/v1/conversations/{id}/customer',
    summary: 'Make a customer of whoever it is with',
    params: IdParams,
    body: NewCustomerIn,
    answer: { status: 201, schema: ConversationOut },
    problems: ['conflict', 'already-exists'],
  },
  async ({ ctx, params, body }) => {
    await makeCustomer(ctx, params.id, body);
    return presentConversation((await readViews(ctx, [params.id])).get(params.id)!);
  },
);

export const conversationCustomerRoutes: Route<OrgContext>[] = [make];
