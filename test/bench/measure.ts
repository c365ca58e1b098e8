import { monitorEventLoopDelay } from 'node:perf_hooks';

/** One thing measured, a value for each repetition; where there is one, the baseline of the same run. */
export type Figure = {
  what: string;
  unit: string;
  values: number[];
  baseline?: { what: string; values: number[] };
};

export type Section = {
  title: string;
  figures: Figure[];
  notes: string[];
  /** One of its own in docs/. */
  page?: { name: string; text: string };
};

export type Watch = {
  seconds: number;
  /** Of this process, user and system. */
  cpuSeconds: number;
  /** Highest resident memory above that at the start. */
  grownMb: number;
  /** The longest time that nothing else in this process had a turn. */
  blockedMs: number;
};

const SAMPLE_MS = 20;
const MB = 1024 * 1024;

/** Runs `work` and tells what it took. */
export async function watch<T>(work: () => Promise<T>): Promise<Watch & { result: T }> {
  const startRss = process.memoryUsage.rss();
  let peakRss = startRss;
  const sampler = setInterval(() => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const result = await work();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  clearInterval(sampler);
  return {
    result,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    grownMb: Math.max(0, peakRss - startRss) / MB,
    blockedMs: delay.max / 1e6,
  };
}

/** Times `work` and nothing else. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

/** The value below which that share of them lies. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
