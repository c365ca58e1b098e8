/** A text is prepared from its third coming on, as long as there are few such texts: each costs every connection memory. */
const OFTEN = 3;
const MOST_NAMED = 250;
const MOST_COUNTED = 2_000;
const LONGEST_TEXT = 10_000;

/**
 * Names for the statements that come again and again, so that the server parses and plans them once a connection instead of
 * every time (two thirds of its work for a message). Lists whose length varies come too seldom to get one.
 */
export class StatementNames {
  #names = new Map<string, string>();
  #counts = new Map<string, number>();
  #given = 0;
  readonly #prefix: string;

  constructor(prefix = 'ulak_') {
    this.#prefix = prefix;
  }

  /** The name to prepare this text under; undefined: send it as it is. */
  nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known || this.#names.size >= MOST_NAMED || text.length > LONGEST_TEXT) return known;
    const count = (this.#counts.get(text) ?? 0) + 1;
    if (count < OFTEN) {
      if (this.#counts.size >= MOST_COUNTED) this.#counts.clear();
      this.#counts.set(text, count);
      return undefined;
    }
    this.#counts.delete(text);
    const name = `${this.#prefix}${++this.#given}`;
    this.#names.set(text, name);
    return name;
  }

  /** A migration has changed what a prepared statement answers with: every text gets a new name from here on. */
  forget(): void {
    this.#names.clear();
  }
}
