import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { reminderChannels } from '#src/db/schema/appointments.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { acceptProposal } from './accept-proposal.ts';
import { getAppointment } from './queries.ts';
import { AppointmentDetailOut, presentDetail } from './schemas.ts';
import { sendApprovalLink } from './send-approval-link.ts';

const LinkIn = z
  .strictObject({
    channel: z
      .enum(reminderChannels)
      .nullish()
      .openapi({ description: 'Left out: the first of WhatsApp, SMS and mail that leads to the customer' }),
  })
  .openapi('ApprovalLink');

const write = { tag: 'Appointments', access: 'user', scope: 'appointments:write', params: IdParams } as const;

export const approvalRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/appointments/{id}/accept-proposal',
      summary: 'Move it to the time that the customer asked for',
      description: 'It is approved by that. `PATCH` with `proposal: null` turns the wish down.',
      answer: { status: 200, schema: AppointmentDetailOut },
      problems: ['appointment-conflict', 'conflict'],
    },
    async ({ ctx, params }) => {
      await acceptProposal(ctx, params.id);
      return presentDetail(await getAppointment(ctx, params.id));
    },
  ),
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/appointments/{id}/approval-link',
      summary: 'Send the customer the link again by which he answers',
      description: 'It goes out by itself when the appointment is made. What becomes of it stands in `notices`.',
      body: LinkIn,
      answer: { status: 202 },
      problems: ['conflict'],
    },
    async ({ ctx, params, body, c }) => {
      await sendApprovalLink(ctx, params.id, body.channel ?? null);
      return c.body(null, 202);
    },
  ),
];
