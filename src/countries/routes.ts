import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute, defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { countryDocument } from './country-document.ts';
import { findCountries } from './queries.ts';
import { readFlag } from './read-flag.ts';
import { CountryDocument, CountryPage, CountryQuery, presentCountry } from './schemas.ts';

const tag = 'Countries';
/** Not asked for again for a day, whatever the reader does; then by its tag. */
const KEPT = 'public, max-age=86400, immutable';

function answerTagged(request: Request, text: string, headers: Record<string, string> & { ETag: string }): Response {
  const known = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  const isKnown = known.includes(headers.ETag) || known.includes('*');
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
}

const search = defineRoute(
  {
    tag,
    access: 'user',
    scope: 'customers:read',
    method: 'get',
    path: '/v1/countries',
    summary: 'Countries',
    description: 'By name in the reader’s language; what is searched for, whole names and codes first.',
    query: CountryQuery,
    answer: { status: 200, schema: CountryPage },
  },
  async ({ ctx, query }) => {
    const page = await findCountries(ctx, { ...query, language: ctx.language });
    return { ...page, data: page.data.map((country) => presentCountry(country, ctx.publicUrl)) };
  },
);

/** The display document is made once, when it is first asked for. */
export function countriesRoutes(): Route<OrgContext>[] {
  const made = new Map<string, ReturnType<typeof countryDocument>>();
  const documentFor = (publicUrl: string) => {
    const document = made.get(publicUrl) ?? countryDocument(publicUrl);
    made.set(publicUrl, document);
    return document;
  };
  return [
    search,
    definePublicRoute(
      {
        tag,
        method: 'get',
        path: '/v1/countries.json',
        summary: 'All countries, to show them',
        description: 'By their Turkish names. Kept by browsers for a day, and asked for by its `ETag` after that.',
        answer: { status: 200, schema: CountryDocument },
      },
      async ({ ctx, request }) => {
        const { text, etag } = documentFor(ctx.publicUrl);
        const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': KEPT, ETag: etag };
        return answerTagged(request, text, headers);
      },
    ),
    definePublicRoute(
      {
        tag,
        method: 'get',
        path: '/flags/{name}',
        summary: 'The flag of a country',
        params: z.strictObject({ name: z.string().max(20).openapi({ example: 'tr.svg' }) }),
        answer: { status: 200 },
        alsoProduces: ['image/svg+xml'],
        problems: ['not-found'],
      },
      async ({ params, request }) => {
        const { svg, etag } = await readFlag(params.name);
        return answerTagged(request, svg, {
          'Content-Type': 'image/svg+xml',
          'Cache-Control': KEPT,
          'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
          ETag: etag,
        });
      },
    ),
  ];
}
