import type { creditAccounts } from '#src/db/schema/credits.ts';

type Parts = Pick<typeof creditAccounts.$inferSelect, 'settledCredits' | 'unsettledCredits' | 'heldCredits'>;

/** `current` is the balance, `held` the part of it that campaigns have reserved, `available` the rest. */
export type Balance = { current: number; held: number; available: number };

/** A user without an account has nothing. */
export function balanceOf(account: Parts | undefined): Balance {
  const current = account ? account.settledCredits - account.unsettledCredits : 0;
  const held = account?.heldCredits ?? 0;
  return { current, held, available: current - held };
}
