import type { AppContext } from '#src/context.ts';
import { UPLOADS } from './receive-file.ts';

const DAY_MS = 86_400_000;

/** Removes unfinished uploads of more than a day ago: a process that was killed could not do it itself. */
export async function sweepUploads(ctx: AppContext): Promise<number> {
  return ctx.storage.deleteOlder(UPLOADS, new Date(ctx.clock.now().getTime() - DAY_MS));
}
