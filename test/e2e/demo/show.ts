import { stdout } from 'node:process';
import { SingleBar } from 'cli-progress';
import type { Campaign } from './api.ts';

export const say = (text = ''): void => void stdout.write(`${text}\n`);
export const heading = (text: string): void => say(`\n\x1b[1m${text}\x1b[0m`);

export function table(rows: (string | number)[][], columns: string[]): void {
  const all = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
  for (const [index, row] of all.entries()) {
    say(`  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`);
    if (index === 0) say(`  ${widths.map((width) => '─'.repeat(width)).join('  ')}`);
  }
}

export const countsLine = ({ counts }: Campaign): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`)
    .join(' · ');

/** Follows a campaign with a progress bar until `done`. Gives up after `seconds`. */
export async function follow(
  read: () => Promise<Campaign>,
  done: (campaign: Campaign) => boolean,
  seconds = 60,
): Promise<Campaign> {
  const bar = new SingleBar({
    format: '  {bar} {percentage}%  {status}: {counts}',
    barsize: 24,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 3000,
    linewrap: null,
  });
  const until = performance.now() + seconds * 1000;
  let campaign = await read();
  bar.start(100, 0, { status: campaign.status, counts: countsLine(campaign) });
  try {
    while (!done(campaign)) {
      if (performance.now() > until)
        throw new Error(`"${campaign.name}" is still ${campaign.status} after ${seconds} s: ${countsLine(campaign)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
      campaign = await read();
      bar.update(Math.round(campaign.progress * 100), { status: campaign.status, counts: countsLine(campaign) });
    }
    return campaign;
  } finally {
    bar.stop();
  }
}

/** Asks until `find` gives something. */
export async function waitFor<T>(
  what: string,
  find: () => Promise<T | null | undefined | false>,
  seconds = 20,
): Promise<T> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (performance.now() > until) throw new Error(`${what} did not happen within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
