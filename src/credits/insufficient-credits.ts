import type { AppContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { readBalance } from './queries.ts';

/** The 402 that says how many credits were asked for and how many the user has to spare. */
export async function insufficientCredits(ctx: AppContext, userId: string, required: number): Promise<Problem> {
  const { available } = await readBalance(ctx, userId);
  return new Problem('insufficient-credits', {
    detail: {
      en: `${required} credits are needed, ${available} are available`,
      tr: `${required} kontör gerekiyor, ${available} kontör kullanılabilir`,
    },
    members: { required, available },
  });
}
