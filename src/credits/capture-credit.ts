import type { OrgContext } from '#src/context.ts';
import { captureCredits } from './capture-credits.ts';

/** Spends held credits of one campaign, like `captureCredits`; false, with nothing changed, when its hold does not allow it. */
export async function captureCredit(
  ctx: OrgContext,
  { campaignId, credits = 1 }: { campaignId: string; credits?: number },
): Promise<boolean> {
  const captured = await captureCredits(ctx, [{ campaignId, organizationId: ctx.organizationId, credits }]);
  return captured.has(campaignId);
}
