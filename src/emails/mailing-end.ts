import { closesAt, nextOpening, type SendingWindow } from '#src/windows/sending-window.ts';

export type MailingPace = {
  ratePerSecond: number;
  window: SendingWindow;
  /** How many mails may go out on the (UTC) day of `at`; Infinity: no end. */
  dayLimit(at: Date): number;
};

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 366;
const SLOWEST = 0.01;

/** When so many mails from `from` on will have gone out, at that pace, inside the window. Null: not within a year. */
export function mailingEnd(mails: number, from: Date, { ratePerSecond, window, dayLimit }: MailingPace): Date | null {
  const msPerMail = 1000 / Math.max(ratePerSecond, SLOWEST);
  const limit = from.getTime() + LONGEST_DAYS * DAY_MS;
  let left = mails;
  let at: Date | null = from;
  let day = Number.NaN;
  let leftToday = 0;
  while (at && at.getTime() < limit) {
    at = nextOpening(window, at);
    if (!at || left <= 0) return at;
    const today = Math.floor(at.getTime() / DAY_MS);
    if (today !== day) [day, leftToday] = [today, dayLimit(at)];
    const tomorrow = (today + 1) * DAY_MS;
    const until = Math.min(closesAt(window, at)?.getTime() ?? tomorrow, tomorrow);
    const sent = Math.min(left, leftToday, (until - at.getTime()) / msPerMail);
    if (sent >= left) return new Date(at.getTime() + Math.ceil(left * msPerMail));
    left -= sent;
    leftToday -= sent;
    at = new Date(until);
  }
  return null;
}
