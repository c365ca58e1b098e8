/** Lets at most `limit` holders in at once; the others wait in line, first come first served. */
export class Gate {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;
  #head = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async pass<T>(work: () => PromiseLike<T>): Promise<T> {
    if (this.#inside >= this.#limit) await new Promise<void>((enter) => this.#waiting.push(enter));
    else this.#inside++;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** The place of the one who leaves goes to the next in line. */
  #leave(): void {
    const next = this.#waiting[this.#head];
    if (!next) {
      this.#inside--;
      return;
    }
    this.#waiting[this.#head++] = undefined as never;
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    next();
  }
}
