import type { MailOutcome } from './mail-outcome.ts';
import type { SmtpLine } from './open-smtp-line.ts';

export type SmtpPoolOptions = {
  /** Connections in use at once. */
  most: number;
  /** How long one waits for a turn. */
  patienceMs: number;
  /** How long a connection is kept for the next mail. */
  idleMs: number;
};

export type SmtpPool = {
  /** Whether a connection may be used; false when none came free in time. Whoever got a turn ends it. */
  takeTurn(): Promise<boolean> | true;
  endTurn(): void;
  /** A kept connection that is still open. */
  takeFree(): SmtpLine | null;
  add(line: SmtpLine): void;
  /** Keeps a connection after a mail, where it is of further use. */
  giveBack(line: SmtpLine, outcome: MailOutcome): Promise<void>;
  /** Ends a connection that is of no further use. */
  drop(line: SmtpLine): void;
  isClosed(): boolean;
  /** From now on keeps nothing. */
  retire(): void;
  /** At once; mails on their way become what can be said of them. */
  close(): void;
};

/** The connections to one server. */
export function createSmtpPool({ most, patienceMs, idleMs }: SmtpPoolOptions): SmtpPool {
  const free: { line: SmtpLine; timer: NodeJS.Timeout }[] = [];
  const all = new Set<SmtpLine>();
  const waiting: (() => void)[] = [];
  let [busy, keeping, closed] = [0, true, false];

  function takeFree(): SmtpLine | null {
    for (let kept = free.pop(); kept; kept = free.pop()) {
      clearTimeout(kept.timer);
      if (kept.line.isOpen()) return kept.line;
      all.delete(kept.line);
    }
    return null;
  }
  function quit(line: SmtpLine): void {
    const index = free.findIndex((one) => one.line === line);
    if (index >= 0) free.splice(index, 1);
    all.delete(line);
    line.quit();
  }

  return {
    takeTurn() {
      if (busy >= most) return waitForTurn(waiting, patienceMs, () => busy++);
      busy++;
      return true;
    },
    endTurn() {
      busy--;
      waiting.shift()?.();
    },
    takeFree,
    add: (line) => void (closed ? line.cut() : all.add(line)),
    async giveBack(line, outcome) {
      const clean =
        outcome.kind === 'accepted' || (outcome.kind !== 'unknown' && line.isOpen() && (await line.reset()));
      if (!clean || !line.isOpen() || closed) {
        all.delete(line);
        return line.cut();
      }
      if (!keeping) return quit(line);
      free.push({ line, timer: setTimeout(() => quit(line), idleMs).unref() });
    },
    drop: quit,
    isClosed: () => closed,
    retire() {
      keeping = false;
      for (let line = takeFree(); line; line = takeFree()) quit(line);
    },
    close() {
      closed = true;
      for (const { timer } of free.splice(0)) clearTimeout(timer);
      for (const line of all) line.cut();
      all.clear();
      for (const wake of waiting.splice(0)) wake();
    },
  };
}

function waitForTurn(waiting: (() => void)[], patienceMs: number, onTurn: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      onTurn();
      resolve(true);
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(wake), 1);
      resolve(false);
    }, patienceMs);
    waiting.push(wake);
  });
}
