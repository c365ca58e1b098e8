export type Waker = { wake(): void; sleep(milliseconds: number): Promise<void> };

/** Sleeps that can be ended early. A wake-up while nobody sleeps is lost: never sleep for long. */
export function createWaker(): Waker {
  const sleepers = new Set<() => void>();
  return {
    wake() {
      for (const up of [...sleepers]) up();
    },
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        const up = () => {
          clearTimeout(timer);
          sleepers.delete(up);
          resolve();
        };
        const timer = setTimeout(up, milliseconds);
        sleepers.add(up);
      }),
  };
}
