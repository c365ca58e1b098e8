import { Writable } from 'node:stream';
import { createLog } from '#src/platform/log.ts';

/** A log and the lines that came out of it, parsed. */
export function openLog(level = 'trace') {
  const lines: Record<string, unknown>[] = [];
  const text: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      for (const line of chunk.toString().trim().split('\n')) {
        text.push(line);
        lines.push(JSON.parse(line));
      }
      done();
    },
  });
  return { log: createLog(level, destination), lines, text: () => text.join('\n') };
}
