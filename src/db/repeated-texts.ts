/** Texts counted at once before the rare ones are forgotten. */
const MOST_COUNTED = 2_000;
const LONGEST_TEXT = 10_000;

/**
 * Tells which SQL texts come again and again: those that have come `often` times, the first `most` of them. The server
 * keeps a prepared statement a connection for each, so lists whose length varies must not fill it.
 */
export class RepeatedTexts {
  readonly #often: number;
  readonly #most: number;
  readonly #repeated = new Set<string>();
  #counts = new Map<string, number>();

  constructor({ often = 3, most = 250 } = {}) {
    this.#often = often;
    this.#most = most;
  }

  /** Counts this text and answers whether it is one of them. */
  comesAgain(text: string): boolean {
    if (this.#repeated.has(text)) return true;
    if (this.#repeated.size >= this.#most || text.length > LONGEST_TEXT) return false;
    const count = (this.#counts.get(text) ?? 0) + 1;
    if (count >= this.#often) {
      this.#counts.delete(text);
      this.#repeated.add(text);
      return true;
    }
    if (this.#counts.size >= MOST_COUNTED) this.#counts = new Map();
    this.#counts.set(text, count);
    return false;
  }
}
