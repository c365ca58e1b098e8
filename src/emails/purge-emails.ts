import type { AppContext } from '#src/context.ts';
import { purgeApplied } from '#src/db/purge-applied.ts';
import { keptSince } from '#src/settings/kept-since.ts';

/**
 * Forgets carrier events that were applied more than a week ago, or as long as the platform's settings say. SNS tries for an hour; a carrier that
 * repeats itself later than they are kept is not known again.
 */
export const purgeEmails = async (ctx: AppContext): Promise<void> =>
  purgeApplied(ctx.db, 'carrier_events', await keptSince(ctx, 'inboundWebhooksDays'));
