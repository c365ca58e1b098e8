import type { Balance } from '#src/credits/balance.ts';

type Hold = { held: number; captured: number; released: number; settled: number; open: boolean };

/** The ledger's rules once more, in the plainest way: what the database is compared with. */
export class ModelLedger {
  settled: number;
  readonly holds = new Map<number, Hold>();

  constructor(settled: number) {
    this.settled = settled;
  }

  get balance(): Balance {
    const open = [...this.holds.values()];
    const unsettled = open.reduce((sum, h) => sum + h.captured - h.settled, 0);
    const held = open.reduce((sum, h) => sum + h.held - h.captured - h.released, 0);
    const current = this.settled - unsettled;
    return { current, held, available: current - held };
  }

  topUp(amount: number): string {
    if (this.balance.available + amount < 0) return 'conflict';
    this.settled += amount;
    return 'ok';
  }

  /** Gives to a colleague, or gets from him, whose `theirs` are there. */
  transfer(amount: number, theirs: number): string {
    if (amount > 0 ? this.balance.available < amount : theirs < -amount) return 'insufficient-credits';
    this.settled -= amount;
    return 'ok';
  }

  hold(campaign: number, credits: number): string {
    if (this.holds.has(campaign)) return 'already-exists';
    if (this.balance.available < credits) return 'insufficient-credits';
    this.holds.set(campaign, { held: credits, captured: 0, released: 0, settled: 0, open: true });
    return 'ok';
  }

  adjust(campaign: number, total: number, reopen: boolean): string {
    const hold = this.holds.get(campaign);
    if (!hold) return 'not-found';
    if ((!hold.open && !reopen) || total < hold.captured + hold.released) return 'conflict';
    if (this.balance.available < total - hold.held) return 'insufficient-credits';
    Object.assign(hold, { held: total, open: true });
    return 'ok';
  }

  capture(campaign: number, credits: number): boolean {
    const hold = this.withRoom(campaign, credits);
    if (hold) hold.captured += credits;
    return hold !== undefined;
  }

  release(campaign: number, credits: number): boolean {
    const hold = this.withRoom(campaign, credits);
    if (hold) hold.released += credits;
    return hold !== undefined;
  }

  /** For a message that was captured and not refunded yet. */
  refund(campaign: number): void {
    const hold = this.holds.get(campaign)!;
    if (hold.captured > hold.settled) {
      hold.captured--;
      hold.released++;
    } else this.settled++;
  }

  settle(campaign: number, keep: number): { spent: number; released: number } {
    const hold = this.holds.get(campaign);
    if (!hold?.open) return { spent: 0, released: 0 };
    const spent = hold.captured - hold.settled;
    const released = Math.max(0, hold.held - hold.captured - hold.released - keep);
    this.settled -= spent;
    hold.settled = hold.captured;
    hold.released += released;
    hold.open = hold.held > hold.captured + hold.released;
    return { spent, released };
  }

  private withRoom(campaign: number, credits: number): Hold | undefined {
    const hold = this.holds.get(campaign);
    return hold?.open && hold.captured + hold.released + credits <= hold.held ? hold : undefined;
  }
}
