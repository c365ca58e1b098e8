import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogSink } from './log-sink.ts';
import { scrub, scrubText } from './scrub.ts';
import { trailFields } from './trail.ts';

export type Log = Logger;

/**
 * JSON lines on stdout. Secrets are left out by name, phone numbers shortened, whoever logs them and however deep.
 * Each says on whose trail it was logged.
 * @param destination where lines go; tests and the console hand in their own.
 * @param sink where they go besides, from its own level on.
 */
export function createLog(level: string, destination?: DestinationStream, sink?: LogSink | null): Log {
  const lowest = sink && sink.level < levelNumber(level) ? pino.levels.labels[sink.level]! : level;
  const options = {
    level: lowest,
    base: undefined,
    mixin: trailFields,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: scrubFields,
    },
    serializers: { err: (error: unknown) => error },
    hooks: {
      logMethod(this: Logger, args: unknown[], method: (...a: unknown[]) => void) {
        method.apply(this, scrubArguments(args));
      },
    },
  };
  if (sink) return pino(options, both(destination ?? pino.destination(1), levelNumber(level), sink)) as Log;
  return (destination ? pino(options, destination) : pino(options)) as Log;
}

/** pino's number of a level; `silent` is above them all. */
export const levelNumber = (level: string): number => pino.levels.values[level] ?? Number.POSITIVE_INFINITY;

/** pino tells a stream the level of a line, when it asks so. */
const TELL_LEVEL = Symbol.for('pino.metadata');

function both(destination: DestinationStream, level: number, sink: LogSink): DestinationStream {
  return {
    [TELL_LEVEL]: true,
    write(this: { lastLevel?: number }, line: string) {
      const lastLevel = this.lastLevel ?? Number.POSITIVE_INFINITY;
      if (lastLevel >= level) destination.write(line);
      sink.take(line, lastLevel);
    },
  } as DestinationStream;
}

const scrubFields = (fields: object): Record<string, unknown> => scrub(fields) as Record<string, unknown>;

/** `(fields, message, ...parts)` or `(message, ...parts)`. pino would take an error's own message where none is given. */
function scrubArguments([first, ...rest]: unknown[]): unknown[] {
  if (typeof first === 'string') return [scrubText(first), ...rest.map((part) => scrub(part))];
  const fields = first instanceof Error ? { err: first } : first;
  const [message = messageOf(fields), ...parts] = rest;
  return [fields, scrub(message), ...parts.map((part) => scrub(part))];
}

function messageOf(fields: unknown): string | undefined {
  const error = (fields as { err?: unknown } | null)?.err;
  return error instanceof Error ? (scrub(error) as { message: string }).message : undefined;
}
