import { Problem } from './problem.ts';

/** How long somebody waits for his turn, before he is told to come again. */
const PATIENCE_MS = 4_000;

/**
 * Lets `limit` in at once, the others wait in line. Whoever waits too long gets an `unavailable` before anything was begun for him,
 * rather than in the middle, when what he asked for may be done and only its answer is missing.
 */
export class Turnstile {
  readonly #limit: number;
  readonly #patienceMs: number;
  readonly #line = new Set<() => void>();
  #inside = 0;

  constructor(limit: number, patienceMs: number = PATIENCE_MS) {
    this.#limit = limit;
    this.#patienceMs = patienceMs;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#limit) this.#inside++;
    else await this.#waitInLine();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #waitInLine(): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#line.delete(enter);
        reject(new Problem('unavailable'));
      }, this.#patienceMs);
      this.#line.add(enter);
    });
  }

  /** The place of the one who leaves goes to the first in line. */
  #leave(): void {
    const [next] = this.#line;
    if (!next) {
      this.#inside--;
      return;
    }
    this.#line.delete(next);
    next();
  }
}
