import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Contact, InstanceRecord } from './instance.ts';
import type { MessageRow, StatusRow } from './message-row.ts';
import type { NumberCount, SendRecord } from './send-log.ts';

export type JournalLine =
  | { line: 'instance'; record: InstanceRecord }
  | { line: 'deleted'; instanceId: string }
  | { line: 'message'; instanceId: string; row: MessageRow; send?: SendRecord }
  | { line: 'send'; send: SendRecord }
  | { line: 'status'; instanceId: string; keyId: string; update: StatusRow }
  | { line: 'contact'; instanceId: string; contact: Contact }
  | { line: 'count'; number: string; count: NumberCount };

export interface Journal {
  /** Handed to the operating system before it returns, so that a killed process loses nothing. */
  write(line: JournalLine): void;
  /** Replaces everything written so far. */
  replaceWith(lines: Iterable<JournalLine>): void;
  /** Bytes since the last replacement. */
  readonly grown: number;
  close(): void;
}

export const noJournal: Journal = { write: () => {}, replaceWith: () => {}, grown: 0, close: () => {} };

/** The lines of an earlier run; a line cut off by a crash is left out. */
export function readJournal(path: string): JournalLine[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return text ? [JSON.parse(text) as JournalLine] : [];
      } catch {
        return [];
      }
    });
}

class FileJournal implements Journal {
  grown = 0;
  #path: string;
  #file: number;
  #open = true;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#file = openSync(path, 'a');
  }

  write(line: JournalLine): void {
    if (!this.#open) return;
    this.grown += writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  replaceWith(lines: Iterable<JournalLine>): void {
    const fresh = `${this.#path}.new`;
    writeFileSync(fresh, '');
    let chunk = '';
    for (const line of lines) {
      chunk += `${JSON.stringify(line)}\n`;
      if (chunk.length > 1_000_000) {
        appendFileSync(fresh, chunk);
        chunk = '';
      }
    }
    appendFileSync(fresh, chunk);
    closeSync(this.#file);
    renameSync(fresh, this.#path);
    this.#file = openSync(this.#path, 'a');
    this.grown = 0;
  }

  close(): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
  }
}

export function openJournal(path: string): Journal {
  return new FileJournal(path);
}
