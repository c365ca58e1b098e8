import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute, defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery } from '#src/platform/schemas.ts';
import { answerContent } from './answer-content.ts';
import { deleteMedia } from './delete-media.ts';
import { findImage } from './find-image.ts';
import { contentTypes } from './identify-file.ts';
import { getMedia, listMedia } from './queries.ts';
import { MediaOut, MediaPage, presentMedia } from './schemas.ts';
import { uploadMedia } from './upload-media.ts';

const postMedia = defineRoute(
  {
    method: 'post',
    path: '/v1/media',
    summary: 'Upload one file to be sent',
    description:
      'What it is, is told by its content. Limits: image 5 MB, video and sound 16 MB, document 100 MB. ' +
      '`voiceNote=true` sends a sound file as a WhatsApp voice message. The same file sent twice is kept once.',
    tag: 'Media',
    access: 'user',
    scope: 'media:write',
    stream: 'multipart/form-data',
    answer: { status: 201, schema: MediaOut },
  },
  async ({ ctx, request }) => presentMedia(ctx, await uploadMedia(ctx, request)),
);

const readMediaList = defineRoute(
  {
    method: 'get',
    path: '/v1/media',
    summary: 'The organization’s uploaded files, newest first',
    tag: 'Media',
    access: 'user',
    scope: 'media:read',
    query: PageQuery,
    answer: { status: 200, schema: MediaPage },
  },
  async ({ ctx, query }) => {
    const page = await listMedia(ctx, query);
    return { ...page, data: page.data.map((row) => presentMedia(ctx, row)) };
  },
);

const readOneMedia = defineRoute(
  {
    method: 'get',
    path: '/v1/media/{id}',
    summary: 'What is known of one file',
    tag: 'Media',
    access: 'user',
    scope: 'media:read',
    params: IdParams,
    answer: { status: 200, schema: MediaOut },
  },
  async ({ ctx, params }) => presentMedia(ctx, await getMedia(ctx, params.id)),
);

const readMediaContent = defineRoute(
  {
    method: 'get',
    path: '/v1/media/{id}/content',
    summary: 'The bytes of one file',
    description: 'Understands Range, If-Range and If-None-Match.',
    tag: 'Media',
    access: 'user',
    scope: 'media:read',
    params: IdParams,
    answer: { status: 200, description: 'The file; 206 for a range, 304 when it is what the caller has' },
    alsoProduces: contentTypes,
    problems: ['range-not-satisfiable'],
  },
  async ({ ctx, params, request }) => answerContent(ctx, await getMedia(ctx, params.id), request),
);

const removeMedia = defineRoute(
  {
    method: 'delete',
    path: '/v1/media/{id}',
    summary: 'Take a file out of the library',
    description:
      'Its bytes are deleted, unless a customer’s Files tab or a message that brought it still shows it. 409 while a campaign, a message that is still to be sent or a template needs it: `campaigns`, `queuedMessages` and `templates` say which.',
    tag: 'Media',
    access: 'user',
    scope: 'media:write',
    params: IdParams,
    answer: { status: 204 },
    problems: ['media-in-use'],
  },
  ({ ctx, params }) => deleteMedia(ctx, params.id),
);

const readImage = definePublicRoute(
  {
    method: 'get',
    path: '/images/{name}',
    summary: 'A picture of a mail',
    description: '`imageUrl` of an uploaded file leads here.',
    tag: 'Media',
    params: z.strictObject({ name: z.string().max(100) }),
    answer: { status: 200, description: 'The picture; 206 for a range, 304 when it is what the caller has' },
    alsoProduces: ['image/jpeg', 'image/png'],
    problems: ['not-found', 'range-not-satisfiable'],
  },
  async ({ ctx, params, request }) =>
    answerContent(ctx, await findImage(ctx, params.name), request, { forEverybody: true }),
);

export const filesRoutes: Route<OrgContext>[] = [
  postMedia,
  readMediaList,
  readOneMedia,
  readMediaContent,
  removeMedia,
  readImage,
];
