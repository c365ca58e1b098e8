import type { AppContext } from '#src/context.ts';

/** The PostgreSQL channel on which processes that have live streams open are told that there is something to read. */
export const LIVE_CHANNEL = 'ulak_live';

/** Wakes the live streams of every process once what was published has committed. */
export function announceLive(ctx: AppContext): void {
  const { client, afterCommit } = ctx;
  const announce = () => client.announce(LIVE_CHANNEL);
  if (afterCommit) afterCommit.add(announce);
  else announce();
}
