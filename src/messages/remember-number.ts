import type { AppContext } from '#src/context.ts';
import { numberChecks } from '#src/db/schema/messages.ts';

const DAY_MS = 86_400_000;
/** Whoever is on WhatsApp stays there; whoever is not may join any day. */
export const GOOD_FOR_MS = { on: 7 * DAY_MS, off: DAY_MS };

/** Keeps whether a phone is on WhatsApp, as Evolution has just said. */
export async function rememberNumber(
  ctx: AppContext,
  number: { phone: string; onWhatsapp: boolean; jid: string | null },
): Promise<void> {
  const row = { ...number, checkedAt: ctx.clock.now() };
  await ctx.db.insert(numberChecks).values(row).onConflictDoUpdate({ target: numberChecks.phone, set: row });
}
