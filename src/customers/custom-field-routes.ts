import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery, pageOf } from '#src/platform/schemas.ts';
import { createCustomField } from './create-custom-field.ts';
import { fieldLimits } from './custom-field.ts';
import { getCustomField, listCustomFields } from './custom-field-queries.ts';
import { CustomField, CustomFieldCreate, CustomFieldUpdate, presentCustomField } from './custom-field-schemas.ts';
import { deleteCustomField } from './delete-custom-field.ts';
import { updateCustomField } from './update-custom-field.ts';

const read = { access: 'user', scope: 'customers:read', tag: 'Custom fields' } as const;
const write = { access: 'user', scope: 'customers:write', tag: 'Custom fields' } as const;

export const customFieldRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/custom-fields',
      summary: 'What you keep about customers beyond what everybody does',
      query: PageQuery,
      answer: { status: 200, schema: pageOf(CustomField) },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listCustomFields(ctx, query);
      return { data: data.map(presentCustomField), nextCursor };
    },
  ),
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/custom-fields',
      summary: 'Add a field of your own',
      description: `text (at most ${fieldLimits.text} characters), number, date (2026-01-15), boolean, select (one of its options) or multi-select (several of them). At most ${fieldLimits.fields} fields. Values are written with a customer, under \`customFields\`.`,
      body: CustomFieldCreate,
      answer: { status: 201, schema: CustomField },
      problems: ['already-exists'],
    },
    async ({ ctx, body }) => presentCustomField(await createCustomField(ctx, body)),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/custom-fields/{id}',
      summary: 'One field',
      params: IdParams,
      answer: { status: 200, schema: CustomField },
    },
    async ({ ctx, params }) => presentCustomField(await getCustomField(ctx, params.id)),
  ),
  defineRoute(
    {
      ...write,
      method: 'patch',
      path: '/v1/custom-fields/{id}',
      summary: 'Change how a field is shown and what may be chosen',
      params: IdParams,
      body: CustomFieldUpdate,
      answer: { status: 200, schema: CustomField },
    },
    async ({ ctx, params, body }) => presentCustomField(await updateCustomField(ctx, params.id, body)),
  ),
  defineRoute(
    {
      ...write,
      method: 'delete',
      path: '/v1/custom-fields/{id}',
      summary: 'Delete a field and what is kept in it',
      description: 'It is gone at once; its values are removed soon after, and its key is free again then.',
      params: IdParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => deleteCustomField(ctx, params.id),
  ),
];
