export type Announcer = {
  /** Soon; never waits, never fails. */
  announce(channel: string): void;
  close(): void;
};

const LEAST_MS = 100;

/**
 * Says by NOTIFY that there is something new: at once, then at most every 100 ms a channel. Not inside the transactions that make
 * the news, for transactions that notify commit one after the other. An announcement may be lost: who listens looks by himself now
 * and then.
 */
export function createAnnouncer(notify: (channel: string) => Promise<unknown>): Announcer {
  const pauses = new Map<string, NodeJS.Timeout>();
  const again = new Set<string>();
  const say = (channel: string): void => {
    again.delete(channel);
    pauses.set(channel, setTimeout(() => rest(channel), LEAST_MS).unref());
    void notify(channel).catch(() => {});
  };
  const rest = (channel: string): void => {
    pauses.delete(channel);
    if (again.has(channel)) say(channel);
  };
  return {
    announce: (channel) => void (pauses.has(channel) ? again.add(channel) : say(channel)),
    close() {
      for (const pause of pauses.values()) clearTimeout(pause);
    },
  };
}
