import type { AppContext } from '#src/context.ts';
import { purgeApplied } from '#src/db/purge-applied.ts';

const KEPT_DAYS = 7;

/** Forgets webhooks that were applied more than a week ago. */
export const purgeInboundEvents = ({ db, clock }: AppContext): Promise<void> =>
  purgeApplied(db, 'inbound_events', new Date(clock.now().getTime() - KEPT_DAYS * 86_400_000));
