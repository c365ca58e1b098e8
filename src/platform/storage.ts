import type { Readable } from 'node:stream';

/** Where uploaded bytes live. Keys are ours (hex and slashes), never a user's file name. */
export type Storage = {
  /** Streams to a temporary place first, so a key is either whole or absent. */
  write(key: string, content: Readable): Promise<void>;
  /** Streams to a file of this machine, to be looked into before it is kept or thrown away. */
  hold(content: Readable): Promise<HeldFile>;
  /** `end` is inclusive. Throws StorageError. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>;
  /** A handle that reads lazily, for multipart bodies. Throws StorageError. */
  blob(key: string, type: string): Promise<Blob>;
  exists(key: string): Promise<boolean>;
  /** Done already when there is nothing. */
  delete(key: string): Promise<void>;
  /**
   * Deletes what lies below `prefix`, however deep, and was last written before then, half written things too; `wanted` answers which
   * of the keys it is asked about must stay.
   */
  deleteOlder(prefix: string, before: Date, wanted?: (keys: string[]) => Promise<Set<string>>): Promise<number>;
  /** Throws away what was held before then, by a process that was killed. */
  sweepHeld(before: Date): Promise<number>;
  /** Ends kept connections. */
  close(): void;
};

export type HeldFile = {
  blob(type: string): Promise<Blob>;
  /** Gives it the key, once. */
  keep(key: string): Promise<void>;
  discard(): Promise<void>;
};

/** `absent`: nothing is at the key. `unavailable`: worth asking again. `refused`: it will be the same tomorrow. */
export type StorageTrouble = 'absent' | 'unavailable' | 'refused';

export class StorageError extends Error {
  readonly trouble: StorageTrouble;

  constructor(trouble: StorageTrouble, message: string, cause?: unknown) {
    super(message, { cause });
    this.trouble = trouble;
  }
}

const KEY = /^[a-z0-9][a-z0-9/_-]*$/;

/** Throws for what is no key. */
export function requireKey(key: string): string {
  if (!KEY.test(key)) throw new Error(`not a storage key: ${key}`);
  return key;
}
