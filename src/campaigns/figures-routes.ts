import { Readable } from 'node:stream';
import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { chooseSubject } from './choose-subject.ts';
import { exportRecipients } from './export-recipients.ts';
import { EmailFiguresOut, FiguresQuery, presentFigures, WinnerIn } from './figures-schemas.ts';
import { presentCampaign } from './present-campaign.ts';
import { getCampaign } from './queries.ts';
import { readEmailFigures } from './read-email-figures.ts';
import { CampaignOut } from './schemas.ts';

const read = { tag: 'Campaigns', access: 'user', scope: 'campaigns:read', method: 'get' } as const;

const figures = defineRoute(
  {
    ...read,
    path: '/v1/campaigns/{id}/email-figures',
    summary: 'What became of an email campaign',
    params: IdParams,
    query: FiguresQuery,
    answer: { status: 200, schema: EmailFiguresOut },
    problems: ['conflict'],
  },
  async ({ ctx, params, query }) => presentFigures(await readEmailFigures(ctx, params.id, query)),
);

const exportCsv = defineRoute(
  {
    ...read,
    path: '/v1/campaigns/{id}/recipients.csv',
    summary: 'Download a campaign’s recipients and what became of each',
    description:
      'In the order of sending; times in UTC. What a spreadsheet would take for a formula has an apostrophe.',
    params: IdParams,
    answer: { status: 200, description: 'The file' },
    alsoProduces: ['text/csv'],
  },
  async ({ ctx, params, request }) => {
    const lines = await exportRecipients(ctx, params.id);
    const headers = {
      'Cache-Control': 'no-store',
      'Content-Disposition': `attachment; filename="recipients-${params.id}.csv"`,
      'Content-Type': 'text/csv; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
    };
    if (request.method === 'HEAD') return new Response(null, { headers });
    const body = Readable.from(lines, { objectMode: false, highWaterMark: 65_536 });
    return new Response(Readable.toWeb(body) as ReadableStream, { headers });
  },
);

const winner = defineRoute(
  {
    ...read,
    method: 'post',
    scope: 'campaigns:write',
    path: '/v1/campaigns/{id}/subject-test/winner',
    summary: 'Choose the subject that everybody who waits gets',
    description: 'Instead of waiting for the time of the test, or where a person is to decide.',
    params: IdParams,
    body: WinnerIn,
    answer: { status: 200, schema: CampaignOut },
    problems: ['conflict'],
  },
  async ({ ctx, params, body }) => {
    await chooseSubject(ctx, params.id, body.winner === 'first' ? 0 : 1);
    return presentCampaign(await getCampaign(ctx, params.id));
  },
);

export const campaignFiguresRoutes: Route<OrgContext>[] = [figures, exportCsv, winner];
