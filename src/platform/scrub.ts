const SECRETS =
  /^(api_?key|x-api-key|(set-)?cookie|authorization|proxy-authorization|.*(password|secret|token|jwt_?key)|qr_?(code|image)|pairing_?code|smtp_?url|database_?url)$/i;
const PHONE = /(?<![\w.-])\+?\d{10,15}(?![\w-])/g;
const URL_LOGIN = /(?<=:\/\/)[^\s/@]+@/g;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
const DEEPEST = 8;
const LONGEST_TEXT = 20_000;

/** `+905321234567` → `+9053…67`: enough to find it again, too little to write to it. */
export const shortenPhone = (phone: string): string => `${phone.slice(0, 5)}…${phone.slice(-2)}`;

/** The text with phone numbers shortened and logins left out. */
export const scrubText = (text: string): string =>
  text
    .slice(0, LONGEST_TEXT)
    .replace(URL_LOGIN, '[redacted]@')
    .replace(BEARER, '$1 [redacted]')
    .replace(PHONE, shortenPhone);

/** A copy fit for the log: what is secret by name left out, every text scrubbed, errors told with their causes. */
export function scrub(value: unknown, name = '', depth = 0): unknown {
  if (SECRETS.test(name) && value !== null && value !== undefined) return '[redacted]';
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return value;
  if (depth >= DEEPEST) return '[…]';
  if (value instanceof Error) return scrubError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((member) => scrub(member, '', depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, scrub(member, key, depth + 1)]));
}

/** Type, message, code, where it was thrown and what caused it; never the other fields, which hold requests and rows. */
function scrubError(error: Error, depth: number): unknown {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const message = withoutParameters(error);
  const stack = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.constructor.name,
    message: scrubText(message),
    ...(code !== undefined && { code: scrub(code) }),
    stack: scrubText([`${error.name}: ${message}`, ...(stack ?? [])].join('\n')),
    ...(cause !== undefined && { cause: scrub(cause, '', depth + 1) }),
    ...(Array.isArray(errors) && { errors: errors.slice(0, 10).map((member) => scrub(member, '', depth + 1)) }),
  };
}

/** Drizzle writes a failed statement's parameters into its message: customers' texts, addresses, hashes of tokens. */
const withoutParameters = (error: Error): string =>
  'query' in error && 'params' in error ? `Failed query: ${String(error.query)}` : error.message;
