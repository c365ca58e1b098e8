import { type DestinationStream, type Logger, pino } from 'pino';
import { scrub, scrubText } from './scrub.ts';

export type Log = Logger;

/**
 * JSON lines on stdout. Secrets are left out by name, phone numbers shortened, whoever logs them and however deep.
 * @param destination where lines go; tests and the console hand in their own.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: undefined,
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
  return (destination ? pino(options, destination) : pino(options)) as Log;
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
