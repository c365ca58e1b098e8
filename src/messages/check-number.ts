import type { AppContext } from '#src/context.ts';
import type { numberChecks } from '#src/db/schema/messages.ts';
import type { Sender } from '#src/instances/sender-of.ts';
import { GOOD_FOR_MS, rememberNumber } from './remember-number.ts';

export type CheckedNumber = typeof numberChecks.$inferSelect;
export type NumberCheck = {
  /** Null: nobody could tell. */
  onWhatsapp: boolean | null;
  /** Whether WhatsApp had to be asked. */
  asked: boolean;
};

/**
 * Whether a phone (E.164) is on WhatsApp: as it was said (`checked`) within days, else asked, for this one phone. Asked for in bulk, WhatsApp
 * bans the number that asks. No answer is no answer: Evolution looks for itself when it sends.
 */
export async function checkNumber(
  ctx: AppContext,
  sender: Sender,
  phone: string,
  checked: CheckedNumber | null,
): Promise<NumberCheck> {
  const known = freshOf(ctx, checked);
  if (known !== null) return { onWhatsapp: known, asked: false };
  const outcome = await sender.client.whatsappNumbers(sender.providerName, [phone]);
  const found = outcome.kind === 'accepted' ? outcome.value[0] : undefined;
  if (!found) return { onWhatsapp: null, asked: true };
  await rememberNumber(ctx, { phone, onWhatsapp: found.exists, jid: found.jid || null });
  return { onWhatsapp: found.exists, asked: true };
}

function freshOf(ctx: AppContext, row: CheckedNumber | null): boolean | null {
  if (!row) return null;
  const age = ctx.clock.now().getTime() - row.checkedAt.getTime();
  return age < (row.onWhatsapp ? GOOD_FOR_MS.on : GOOD_FOR_MS.off) ? row.onWhatsapp : null;
}
