/** Sleeps that can be ended early. */
export type Alarm = {
  /** Ends the sleep in so many milliseconds at the latest: this one or, while nobody sleeps, the next. */
  ringIn(milliseconds: number): void;
  sleep(milliseconds: number): Promise<void>;
};

export function createAlarm(): Alarm {
  let ringsAt = Number.POSITIVE_INFINITY;
  let rearm: (() => void) | null = null;
  return {
    ringIn(milliseconds) {
      ringsAt = Math.min(ringsAt, performance.now() + milliseconds);
      rearm?.();
    },
    async sleep(milliseconds) {
      ringsAt = Math.min(ringsAt, performance.now() + milliseconds);
      await new Promise<void>((resolve) => {
        let timer: NodeJS.Timeout | undefined;
        rearm = () => {
          clearTimeout(timer);
          timer = setTimeout(resolve, Math.max(0, ringsAt - performance.now()));
        };
        rearm();
      });
      rearm = null;
      ringsAt = Number.POSITIVE_INFINITY;
    },
  };
}
