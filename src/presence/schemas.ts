import { z } from '@hono/zod-openapi';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import { deviceOf } from './device.ts';
import { DeviceOut } from './device-out.ts';
import type { OnlineUser, Peak } from './queries.ts';

const OrganizationId = Id.optional().openapi({ description: 'Only this organization’s' });

export const OnlineQuery = PageQuery.extend({ organizationId: OrganizationId });

export const OnlineOut = pageOf(
  z
    .object({
      userId: Id,
      name: z.string(),
      email: z.string(),
      organization: z.object({ id: Id, name: z.string() }).nullable(),
      since: InstantOut,
      device: DeviceOut,
      address: z.string().nullable(),
      sessions: z.int().openapi({ description: 'On so many devices; shown is the one used last' }),
    })
    .openapi('OnlineUser'),
)
  .extend({ total: z.int().openapi({ description: 'How many are online, on all pages' }) })
  .openapi('OnlineUserPage');

export const presentOnline = (row: OnlineUser): z.input<typeof OnlineOut>['data'][number] => ({
  userId: row.user_id,
  name: row.name,
  email: row.email,
  organization:
    row.organization_id !== null && row.organization_name !== null
      ? { id: row.organization_id, name: row.organization_name }
      : null,
  since: toInstant(row.since),
  device: deviceOf(row.user_agent),
  address: row.address,
  sessions: row.session_count,
});

const Day = z.iso
  .date({ error: bothLanguages({ en: 'A day such as 2026-03-29', tr: '2026-03-29 gibi bir gün' }) })
  .refine(
    // what is no day at all has been refused as such
    (day) => !/^\d{4}-/.test(day) || (day >= '2000' && day < '2200'),
    bothLanguages({ en: 'A day between the years 2000 and 2200', tr: '2000 ile 2200 yılları arasında bir gün' }),
  );

export const PeaksQuery = z.strictObject({
  from: Day.optional().openapi({ description: 'The first day; unset: the last 30' }),
  to: Day.optional().openapi({ description: 'The last day, counted too; unset: today' }),
  organizationId: OrganizationId,
});

export const PeaksOut = z
  .object({
    timeZone: z.string().openapi({ description: 'On whose clock the days begin and end' }),
    data: z.array(
      z.object({
        day: z.iso.date(),
        users: z.int(),
        reachedAt: InstantOut.nullable().openapi({ description: 'When so many were online first on that day' }),
      }),
    ),
  })
  .openapi('OnlinePeaks');

export const presentPeaks = (peaks: { timeZone: string; data: Peak[] }): z.input<typeof PeaksOut> => ({
  timeZone: peaks.timeZone,
  data: peaks.data.map(({ day, users, reachedAt }) => ({ day, users, reachedAt: toInstant(reachedAt) })),
});
