import { DateTime } from 'luxon';
import { closesAt, nextOpening, type SendingWindow } from './sending-window.ts';

/** What a message takes besides its delay: the call to Evolution and our own bookkeeping. */
const OVERHEAD_MS = 1000;
/** Estimates end here: nobody plans a campaign that is to run longer. */
const HORIZON_MS = 366 * 86_400_000;

/** How long to wait before a lane's next message: whole milliseconds, evenly spread over [min, max] seconds. `random` is in [0, 1). */
export function drawDelay(minSeconds: number, maxSeconds: number, random: () => number): number {
  const [min, max] = [Math.round(minSeconds * 1000), Math.round(maxSeconds * 1000)];
  return Math.min(max, min + Math.floor(random() * (max - min + 1)));
}

/** Messages to be sent one after the other, under the rules of whoever sends them. */
export type Workload = {
  from: Date;
  messages: number;
  /** Of them, the first ever to their customer. */
  cold?: number;
  /** Seconds. */
  delayMin: number;
  delayMax: number;
  window: SendingWindow;
  /** Messages on the local day of an instant at most. */
  dailyCap?: number | null | ((at: Date) => number | null);
  hourlyCap?: number | null;
  coldDailyCap?: number | null;
  pauseEvery?: { messages: number; minSeconds: number; maxSeconds: number } | null;
};

/** What a number has sent already, as far as its caps count it. */
export type Sent = { today: number; coldToday: number; lastHour: number; hourFreeAt: Date | null };

const nothingSent: Sent = { today: 0, coldToday: 0, lastHour: 0, hourFreeAt: null };

/**
 * When the last of `messages` is out if they start at `from`, with the average delay between them, inside the window and the
 * caps. Null: the window never opens, or it would take more than a year.
 */
export const estimateEnd = (work: Workload): Date | null => estimateEnds([work], work.from)[0]!;

/**
 * The same for workloads that share a number and go out in this order, each when it may begin and those before it are out. It
 * goes from one limit to the next, so it is cheap at any number of messages.
 */
export function estimateEnds(works: Workload[], now: Date, sent: Sent = nothingSent): (Date | null)[] {
  const lane: LaneState = {
    at: now.getTime(),
    dayEnd: null,
    today: sent.today,
    coldToday: sent.coldToday,
    hourStart: sent.hourFreeAt ? sent.hourFreeAt.getTime() - HOUR_MS : now.getTime(),
    lastHour: sent.lastHour,
    sincePause: 0,
    window: null,
    closing: 0,
  };
  let never = false;
  return works.map((work) => {
    const end = never ? null : sendAll(lane, work, now.getTime() + HORIZON_MS);
    never ||= end === null;
    return end === null ? null : new Date(end);
  });
}

type LaneState = {
  at: number;
  /** The midnight at which today's counts begin anew. */
  dayEnd: number | null;
  today: number;
  coldToday: number;
  hourStart: number;
  lastHour: number;
  sincePause: number;
  /** Until when which window is known to be open. */
  window: SendingWindow | null;
  closing: number;
};

const HOUR_MS = 3_600_000;

/** Moves the lane to the end of one workload; when that is, or null. */
function sendAll(lane: LaneState, work: Workload, horizon: number): number | null {
  const interval = ((work.delayMin + work.delayMax) / 2) * 1000 + OVERHEAD_MS;
  lane.at = Math.max(lane.at, work.from.getTime());
  if (lane.window !== work.window) Object.assign(lane, { window: work.window, closing: 0 });
  let [left, cold, end] = [work.messages, work.cold ?? 0, lane.at];
  while (left > 0) {
    if (!openWindow(lane, work) || lane.at > horizon) return null;
    const room = roomNow(lane, work, left, cold, interval);
    if (room.messages === 0) {
      lane.at = room.until;
      continue;
    }
    end = lane.at + (room.messages - 1) * interval + OVERHEAD_MS;
    const coldNow = Math.min(room.cold, room.messages);
    count(lane, work, room.messages, coldNow, interval);
    left -= room.messages;
    cold -= coldNow;
  }
  return end;
}

/** Moves to where the window is open, and begins a new day or hour where one has begun. */
function openWindow(lane: LaneState, { window }: Workload): boolean {
  if (lane.at >= lane.closing) {
    const opening = nextOpening(window, new Date(lane.at));
    if (!opening) return false;
    lane.at = opening.getTime();
    lane.closing = closesAt(window, opening)?.getTime() ?? Number.POSITIVE_INFINITY;
  }
  if (lane.dayEnd === null) lane.dayEnd = nextMidnight(lane.at, window.timeZone);
  if (lane.at >= lane.dayEnd) {
    lane.dayEnd = nextMidnight(lane.at, window.timeZone);
    [lane.today, lane.coldToday] = [0, 0];
  }
  if (lane.lastHour === 0 || lane.at >= lane.hourStart + HOUR_MS) [lane.hourStart, lane.lastHour] = [lane.at, 0];
  return true;
}

/** How many may go out before something has to be waited for; where none may, until when. */
function roomNow(lane: LaneState, work: Workload, left: number, cold: number, interval: number) {
  const cap = typeof work.dailyCap === 'function' ? work.dailyCap(new Date(lane.at)) : work.dailyCap;
  const today = (cap ?? Number.POSITIVE_INFINITY) - lane.today;
  const coldRoom = Math.min(cold, Math.max(0, (work.coldDailyCap ?? Number.POSITIVE_INFINITY) - lane.coldToday));
  const allowed = left - cold + coldRoom;
  const dayEnd = lane.dayEnd!;
  if (today <= 0 || allowed <= 0) return { messages: 0, cold: 0, until: dayEnd };
  const thisHour = (work.hourlyCap ?? Number.POSITIVE_INFINITY) - lane.lastHour;
  if (thisHour <= 0) return { messages: 0, cold: 0, until: lane.hourStart + HOUR_MS };
  const untilPause = work.pauseEvery
    ? Math.max(1, work.pauseEvery.messages - lane.sincePause)
    : Number.POSITIVE_INFINITY;
  const fit = Math.ceil((Math.min(lane.closing, dayEnd) - lane.at) / interval);
  return { messages: Math.min(left, today, allowed, thisHour, untilPause, fit), cold: coldRoom, until: 0 };
}

function count(lane: LaneState, { pauseEvery }: Workload, messages: number, cold: number, interval: number): void {
  lane.at += messages * interval;
  lane.today += messages;
  lane.coldToday += cold;
  lane.lastHour += messages;
  lane.sincePause += messages;
  if (!pauseEvery || lane.sincePause < pauseEvery.messages) return;
  lane.sincePause = 0;
  lane.at += ((pauseEvery.minSeconds + pauseEvery.maxSeconds) / 2) * 1000;
}

const nextMidnight = (at: number, timeZone: string): number =>
  DateTime.fromMillis(at, { zone: timeZone }).plus({ days: 1 }).startOf('day').toMillis();
