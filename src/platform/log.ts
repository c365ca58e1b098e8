import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

const SECRETS = [
  'apikey',
  'apiKey',
  'api_key',
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'jwtKey',
  'x-api-key',
];
const PHONE = /\+?\d{10,15}(?=\D|$)/g;

/** `+905321234567` → `+9053…67`: enough to find it again, too little to write to it. */
export const shortenPhone = (phone: string): string => `${phone.slice(0, 5)}…${phone.slice(-2)}`;

const scrub = (text: string): string => text.replace(PHONE, shortenPhone);

/**
 * JSON lines on stdout: secrets left out by name, phone numbers shortened in messages and in the fields that carry them.
 * @param destination where lines go; tests and the console hand in their own.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRETS.flatMap((name) => quoted(name)), censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: {
      logMethod(this: Logger, args: unknown[], method: (...a: unknown[]) => void) {
        method.apply(
          this,
          args.map((arg) => (typeof arg === 'string' ? scrub(arg) : arg)),
        );
      },
    },
    serializers: { phone: shortenValue, address: shortenValue, number: shortenValue, err: errorSerializer },
  };
  return (destination ? pino(options, destination) : pino(options)) as Log;
}

const quoted = (name: string): string[] => (/^\w+$/.test(name) ? [name, `*.${name}`] : [`["${name}"]`, `*["${name}"]`]);

const shortenValue = (value: unknown): unknown => (typeof value === 'string' ? scrub(value) : value);

function errorSerializer(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack, ...rest } = pino.stdSerializers.err(error);
  const safe = { type, message: scrub(message), stack: scrub(stack) };
  return 'code' in rest ? { ...safe, code: rest['code'] } : safe;
}
