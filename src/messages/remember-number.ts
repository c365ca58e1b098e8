import type { AppContext } from '#src/context.ts';
import { numberChecks } from '#src/db/schema/messages.ts';

/** Keeps whether a phone is on WhatsApp, as Evolution has just said. */
export async function rememberNumber(
  ctx: AppContext,
  number: { phone: string; onWhatsapp: boolean; jid: string | null },
): Promise<void> {
  const row = { ...number, checkedAt: ctx.clock.now() };
  await ctx.db.insert(numberChecks).values(row).onConflictDoUpdate({ target: numberChecks.phone, set: row });
}
