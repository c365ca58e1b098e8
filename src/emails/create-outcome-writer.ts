import type { Sent } from './record-sends.ts';

/** Writes down together what comes in together. */
export type OutcomeWriter = {
  add(sent: Sent): void;
  /** Waits until all is written; throws what a write failed for. */
  settle(): Promise<void>;
};

const MOST = 100;
const LONGEST_MS = 20;

/** One write at a time: of a hundred outcomes, or of what came in during 20 ms. */
export function createOutcomeWriter(write: (sends: Sent[]) => Promise<void>): OutcomeWriter {
  const failures: unknown[] = [];
  let waiting: Sent[] = [];
  let writing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  function begin(): void {
    clearTimeout(timer);
    timer = undefined;
    if (writing || waiting.length === 0) return;
    const sends = waiting;
    waiting = [];
    writing = write(sends)
      .catch((error) => void failures.push(error))
      .finally(() => {
        writing = null;
        arrange();
      });
  }
  function arrange(): void {
    if (waiting.length >= MOST) begin();
    else if (waiting.length > 0) timer ??= setTimeout(begin, LONGEST_MS);
  }

  return {
    add(sent) {
      waiting.push(sent);
      arrange();
    },
    async settle() {
      while (writing || waiting.length > 0) {
        begin();
        await writing;
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
