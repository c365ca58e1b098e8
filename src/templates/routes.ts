import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, pageOf } from '#src/platform/schemas.ts';
import { createTemplate } from './create-template.ts';
import { deleteTemplate } from './delete-template.ts';
import { previewTemplate } from './preview-template.ts';
import { provideOnce } from './provide-once.ts';
import { getTemplate, listTemplates, listVersions } from './queries.ts';
import { restoreProvided } from './restore-provided.ts';
import {
  CategoriesOut,
  PreviewIn,
  PreviewOut,
  ProvidedOut,
  presentCategories,
  presentPreview,
  presentTemplate,
  presentVersion,
  TemplateChanges,
  TemplateIn,
  TemplateListQuery,
  TemplateOut,
  VersionListQuery,
  VersionOut,
} from './schemas.ts';
import { updateTemplate } from './update-template.ts';

const read = { access: 'user', scope: 'templates:read', tag: 'Templates' } as const;
const write = { access: 'user', scope: 'templates:write', tag: 'Templates' } as const;
const template = { status: 200, schema: TemplateOut } as const;

const list = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/templates',
    summary: 'Templates, newest first',
    description: 'Those that come with an account are there from the beginning, in Turkish and English.',
    query: TemplateListQuery,
    answer: { status: 200, schema: pageOf(TemplateOut) },
  },
  async ({ ctx, query }) => {
    if (query.cursor === undefined) await provideOnce(ctx);
    const page = await listTemplates(ctx, query);
    return { ...page, data: page.data.map((view) => presentTemplate(view, ctx.language)) };
  },
);

const categories = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/templates/categories',
    summary: 'The categories, and what a text of each may be filled with',
    answer: { status: 200, schema: CategoriesOut },
  },
  async ({ ctx }) => presentCategories(ctx.language),
);

const create = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/templates',
    summary: 'Make a template',
    body: TemplateIn,
    answer: { status: 201, schema: TemplateOut },
    problems: ['already-exists'],
  },
  async ({ ctx, body }) => presentTemplate(await createTemplate(ctx, body), ctx.language),
);

const provide = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/templates/provided',
    summary: 'Add back what is missing of the templates that come with an account',
    answer: { status: 200, schema: ProvidedOut },
  },
  async ({ ctx }) => ({ added: await restoreProvided(ctx) }),
);

const get = defineRoute(
  { ...read, method: 'get', path: '/v1/templates/{id}', summary: 'One template', params: IdParams, answer: template },
  async ({ ctx, params }) => presentTemplate(await getTemplate(ctx, params.id), ctx.language),
);

const update = defineRoute(
  {
    ...write,
    method: 'patch',
    path: '/v1/templates/{id}',
    summary: 'Change a template',
    description: 'Every change makes a version. Campaigns that were made of it keep the one they took.',
    params: IdParams,
    body: TemplateChanges,
    answer: template,
    problems: ['already-exists'],
  },
  async ({ ctx, params, body }) => presentTemplate(await updateTemplate(ctx, params.id, body), ctx.language),
);

const remove = defineRoute(
  {
    ...write,
    method: 'delete',
    path: '/v1/templates/{id}',
    summary: 'Delete a template; campaigns keep what they took of it',
    params: IdParams,
    answer: { status: 204 },
  },
  ({ ctx, params }) => deleteTemplate(ctx, params.id),
);

const preview = defineRoute(
  {
    ...read,
    method: 'post',
    path: '/v1/templates/{id}/preview',
    summary: 'A template as a customer sees it',
    description: 'An appointment, where there is one in it, is made up.',
    params: IdParams,
    body: PreviewIn,
    answer: { status: 200, schema: PreviewOut },
  },
  async ({ ctx, params, body }) => presentPreview(await previewTemplate(ctx, params.id, body)),
);

const versions = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/templates/{id}/versions',
    summary: 'All versions of a template, newest first',
    params: IdParams,
    query: VersionListQuery,
    answer: { status: 200, schema: pageOf(VersionOut) },
  },
  async ({ ctx, params, query }) => {
    const page = await listVersions(ctx, params.id, query);
    return { ...page, data: page.data.map(presentVersion) };
  },
);

export const templatesRoutes: Route<OrgContext>[] = [
  list,
  categories,
  create,
  provide,
  get,
  update,
  remove,
  preview,
  versions,
];
