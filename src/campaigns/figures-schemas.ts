import { z } from '@hono/zod-openapi';
import { Id, InstantOut, toInstant } from '#src/platform/schemas.ts';
import type { EmailFigures, MailCounts } from './read-email-figures.ts';

const Count = z.int().nonnegative();

export const FiguresQuery = z.strictObject({
  bucket: z.enum(['hour', 'day']).optional().openapi({ description: 'Left out: by the hour up to three days' }),
});

/** A mail that was opened by a person and by machines is the person's. */
const Audience = z.object({ people: Count, machines: Count });

const counts = {
  recipients: Count,
  sent: Count,
  delivered: Count,
  bounced: z.object({ hard: Count, soft: Count }),
  complained: Count,
  opened: Audience,
  clicked: Audience,
  unsubscribed: Count,
};

export const EmailFiguresOut = z
  .object({
    campaignId: Id,
    ...counts,
    tracking: z.object({ opens: z.boolean(), clicks: z.boolean() }),
    domains: z.array(z.object({ domain: z.string(), ...counts })),
    subjects: z.array(z.object({ subject: z.string(), ...counts })),
    links: z.array(z.object({ number: Count, url: z.string(), clicks: Count, recipients: Count, byMachines: Count })),
    timeline: z.object({
      bucket: z.enum(['hour', 'day']),
      timeZone: z.string(),
      points: z.array(
        z.object({
          at: InstantOut,
          sent: Count,
          delivered: Count,
          opened: Count,
          clicked: Count,
          bounced: Count,
          complained: Count,
          unsubscribed: Count,
        }),
      ),
    }),
  })
  .openapi('EmailFigures', {
    description:
      'Recipients, not events: each counts once. Machines are scanners and mail programs that fetch before anybody looks; they are counted apart and never as people. An open is a hint, no proof: many readers load no pictures. `delivered` and `bounced` are what carriers report; an SMTP server reports neither, there it is who is known to have read.',
  });

export const WinnerIn = z.strictObject({ winner: z.enum(['first', 'second']) }).openapi('SubjectWinner');

const presentCounts = (row: MailCounts) => ({
  recipients: row.recipients,
  sent: row.sent,
  delivered: row.delivered,
  bounced: { hard: row.bouncedHard, soft: row.bouncedSoft },
  complained: row.complained,
  opened: { people: row.opened, machines: row.openedByMachines },
  clicked: { people: row.clicked, machines: row.clickedByMachines },
  unsubscribed: row.unsubscribed,
});

export const presentFigures = (figures: EmailFigures): z.input<typeof EmailFiguresOut> => ({
  campaignId: figures.campaign.id,
  ...presentCounts(figures.total),
  tracking: { opens: figures.campaign.trackOpens, clicks: figures.campaign.trackClicks },
  domains: figures.domains.map((row) => ({ domain: row.domain, ...presentCounts(row) })),
  subjects: figures.subjects.map((row) => ({ subject: row.subject, ...presentCounts(row) })),
  links: figures.links,
  timeline: {
    ...figures.timeline,
    points: figures.timeline.points.map((point) => ({ ...point, at: toInstant(point.at) })),
  },
});
