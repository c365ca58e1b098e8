import type { AppContext } from '#src/context.ts';
import { purgeApplied } from '#src/db/purge-applied.ts';

/** SNS tries for an hour; a carrier that repeats itself later than that is not known again. */
const KEPT_DAYS = 7;

/** Forgets carrier events that were applied more than a week ago. */
export const purgeEmails = ({ db, clock }: AppContext): Promise<void> =>
  purgeApplied(db, 'carrier_events', new Date(clock.now().getTime() - KEPT_DAYS * 86_400_000));
