import { DateTime } from 'luxon';
import { closesAt, nextOpening, type SendingWindow } from './sending-window.ts';

/** What a message takes besides its delay: the call to Evolution and our own bookkeeping. */
const OVERHEAD_MS = 1000;
/** Estimates end here: nobody plans a campaign that is to run longer. */
const HORIZON_MS = 366 * 86_400_000;

export type Workload = {
  from: Date;
  messages: number;
  /** Seconds. */
  delayMin: number;
  delayMax: number;
  window: SendingWindow;
  /** Messages per local day at most. */
  dailyCap?: number | null;
};

/** How long to wait before a lane's next message: whole milliseconds, evenly spread over [min, max] seconds. `random` is in [0, 1). */
export function drawDelay(minSeconds: number, maxSeconds: number, random: () => number): number {
  const [min, max] = [Math.round(minSeconds * 1000), Math.round(maxSeconds * 1000)];
  return Math.min(max, min + Math.floor(random() * (max - min + 1)));
}

/**
 * When the last of `messages` is out if they start at `from`, with the average delay between them, inside the window and the
 * daily cap. Null: the window never opens, or it would take more than a year. One step a day, so cheap at any number.
 */
export function estimateEnd(work: Workload): Date | null {
  const interval = ((work.delayMin + work.delayMax) / 2) * 1000 + OVERHEAD_MS;
  const cap = work.dailyCap ?? Number.POSITIVE_INFINITY;
  let left = work.messages;
  let at = work.from.getTime();
  while (left > 0) {
    const opening = nextOpening(work.window, new Date(at))?.getTime();
    if (opening === undefined || opening - work.from.getTime() > HORIZON_MS) return null;
    const midnight = () => nextMidnight(opening, work.window.timeZone);
    const closing = work.window.endMinute < 1440 ? closesAt(work.window, new Date(opening))!.getTime() : midnight();
    const fit = Math.min(Math.ceil((closing - opening) / interval), cap);
    if (left <= fit) return new Date(opening + (left - 1) * interval + OVERHEAD_MS);
    left -= fit;
    at = Math.max(fit === cap ? midnight() : closing, opening + fit * interval);
  }
  return work.from;
}

const nextMidnight = (at: number, timeZone: string): number =>
  DateTime.fromMillis(at, { zone: timeZone }).plus({ days: 1 }).startOf('day').toMillis();
