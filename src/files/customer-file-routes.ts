import type { OrgContext } from '#src/context.ts';
import { getCustomer } from '#src/customers/queries.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery } from '#src/platform/schemas.ts';
import { Turnstile } from '#src/platform/turnstile.ts';
import { answerContent } from './answer-content.ts';
import { answerThumbnail } from './answer-thumbnail.ts';
import { getCustomerFile, listCustomerFiles, listFileTags } from './customer-file-queries.ts';
import {
  CustomerFileOut,
  CustomerFilePage,
  FileDeletion,
  FileParams,
  FileQuery,
  FileTagPage,
  FileUpdate,
  presentFile,
  presentTag,
} from './customer-file-schemas.ts';
import { deleteCustomerFile } from './delete-customer-file.ts';
import { contentTypes } from './identify-file.ts';
import { updateCustomerFile } from './update-customer-file.ts';
import { uploadCustomerFile } from './upload-customer-file.ts';

const read = { access: 'user', scope: 'customers:read', tag: 'Files' } as const;
const write = { access: 'user', scope: 'customers:write', tag: 'Files' } as const;

/** Each unpacks a picture into memory. */
const THUMBNAILS_AT_ONCE = 2;

const listRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers/{id}/files',
      summary: 'The customer’s files, newest first',
      description:
        'Pictures and documents that were sent to or came from the customer over WhatsApp are here by themselves, one entry for the same file however often it went to and fro.',
      params: IdParams,
      query: FileQuery,
      answer: { status: 200, schema: CustomerFilePage },
    },
    async ({ ctx, params, query }) => {
      await getCustomer(ctx, params.id);
      const { data, nextCursor } = await listCustomerFiles(ctx, { ...query, customerId: params.id });
      return { data: data.map((file) => presentFile(file, ctx.language)), nextCursor };
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/files',
      summary: 'Files of all customers, newest first',
      query: FileQuery,
      answer: { status: 200, schema: CustomerFilePage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listCustomerFiles(ctx, query);
      return { data: data.map((file) => presentFile(file, ctx.language)), nextCursor };
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/file-tags',
      summary: 'Tags of customers’ files, and how many files have each',
      query: PageQuery,
      answer: { status: 200, schema: FileTagPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listFileTags(ctx, query);
      return { data: data.map(presentTag), nextCursor };
    },
  ),
];

const changeRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/customers/{id}/files',
      summary: 'Put a file into a customer’s Files tab',
      description:
        'One `file`, and any number of `tags` fields. Any kind of file of up to 100 MB: what cannot be told by its content is kept as a download.',
      params: IdParams,
      stream: 'multipart/form-data',
      answer: { status: 201, schema: CustomerFileOut },
    },
    async ({ ctx, params, request }) => presentFile(await uploadCustomerFile(ctx, params.id, request), ctx.language),
  ),
  defineRoute(
    {
      ...write,
      method: 'patch',
      path: '/v1/customers/{id}/files/{fileId}',
      summary: 'Rename a file, or change its tags',
      params: FileParams,
      body: FileUpdate,
      answer: { status: 200, schema: CustomerFileOut },
    },
    async ({ ctx, params, body }) =>
      presentFile(await updateCustomerFile(ctx, params.id, params.fileId, body), ctx.language),
  ),
  defineRoute(
    {
      ...write,
      method: 'delete',
      path: '/v1/customers/{id}/files/{fileId}',
      summary: 'Take a file out of a customer’s Files tab',
      description:
        'Its bytes are deleted with the last that has them: the media library, another customer, the conversation that brought it, or a message still to be sent.',
      params: FileParams,
      query: FileDeletion,
      answer: { status: 204 },
    },
    ({ ctx, params, query }) =>
      deleteCustomerFile(ctx, params.id, params.fileId, { everywhere: query.everywhere === 'true' }),
  ),
];

const contentRoutes = (making: Turnstile): Route<OrgContext>[] => [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers/{id}/files/{fileId}',
      summary: 'One file of a customer',
      params: FileParams,
      answer: { status: 200, schema: CustomerFileOut },
    },
    async ({ ctx, params }) => presentFile(await getCustomerFile(ctx, params.id, params.fileId), ctx.language),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers/{id}/files/{fileId}/content',
      summary: 'The bytes of a file',
      description: 'Understands Range, If-Range and If-None-Match.',
      params: FileParams,
      answer: { status: 200, description: 'The file; 206 for a range, 304 when it is what the caller has' },
      alsoProduces: contentTypes,
      problems: ['range-not-satisfiable'],
    },
    async ({ ctx, params, request }) => {
      const { media, name } = await getCustomerFile(ctx, params.id, params.fileId);
      return answerContent(ctx, { ...media, fileName: name }, request);
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers/{id}/files/{fileId}/thumbnail',
      summary: 'A small picture of a picture',
      description:
        'WebP, 320 pixels at most, upright, without metadata; 404 for what is no picture or cannot be read as one.',
      params: FileParams,
      answer: { status: 200, description: 'The picture; 304 when it is what the caller has' },
      alsoProduces: ['image/webp'],
      problems: ['unavailable'],
    },
    async ({ ctx, params, request }) => {
      const { media } = await getCustomerFile(ctx, params.id, params.fileId);
      return answerThumbnail(ctx, media, request, making);
    },
  ),
];

export const customerFilesRoutes = (): Route<OrgContext>[] => [
  ...listRoutes,
  ...changeRoutes,
  ...contentRoutes(new Turnstile(THUMBNAILS_AT_ONCE)),
];
