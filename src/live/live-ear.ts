import type { AppContext } from '#src/context.ts';
import type { Listening } from '#src/db/listen.ts';
import { createWaker } from '#src/platform/waker.ts';
import { LIVE_CHANNEL } from './announce-live.ts';

/** What a trigger on sessions and API keys says. */
const ENDED = 'ended';

export type LiveEarOptions = {
  /** Between two looks when nothing is announced: for what was announced and not heard. */
  pollMs: number;
  /** Between two looks at the least. */
  leastMs: number;
};

/**
 * Knows when a reader should look again: when something is announced, a few times more after that (a transaction that began
 * earlier may hold the news back), and now and then by itself.
 */
export class LiveEar {
  readonly #options: LiveEarOptions;
  readonly #waker = createWaker();
  #listening: Promise<Listening | null> | null = null;
  #pauseMs: number;
  #left: Promise<unknown> = Promise.resolve();
  #heard = false;
  #hurried = false;
  #ended = false;

  constructor(options: LiveEarOptions) {
    this.#options = options;
    this.#pauseMs = options.leastMs;
  }

  /** From now on announcements are heard; where the database cannot be reached, it is tried again with the next call. */
  async open(ctx: AppContext): Promise<void> {
    this.#listening ??= ctx.client.listen(LIVE_CHANNEL, this.#hear, this.#listen).catch(() => {
      this.#listening = null;
      return null;
    });
    await this.#listening;
  }

  async close(): Promise<void> {
    const listening = this.#listening;
    this.#listening = null;
    const leave = async () => (await listening)?.unlisten();
    this.#left = Promise.all([this.#left, leave()]);
    await this.#left;
  }

  /** Ends a rest at once. */
  hurry(): void {
    this.#hurried = true;
    this.#waker.wake();
  }

  /** Until it is time to look again; unless hurried, not before `leastMs` have gone by. */
  async rest(leastMs: number): Promise<void> {
    const since = performance.now();
    if (!this.#heard && !this.#hurried) await this.#waker.sleep(this.#pauseMs);
    this.#pauseMs = Math.min(this.#heard ? this.#options.leastMs : this.#pauseMs * 2, this.#options.pollMs);
    this.#heard = false;
    const early = leastMs - (performance.now() - since);
    if (early > 0 && !this.#hurried) await this.#waker.sleep(early);
    this.#hurried = false;
  }

  /** Whether, since this was asked last, sessions or keys have ended, or may have while nobody listened. */
  takeEnded(): boolean {
    const ended = this.#ended;
    this.#ended = false;
    return ended;
  }

  readonly #hear = (notice: string): void => {
    if (notice === ENDED) this.#ended = true;
    this.#heard = true;
    this.#waker.wake();
  };

  readonly #listen = (): void => this.#hear(ENDED);
}
