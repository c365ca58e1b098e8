import { isIP } from 'node:net';
import { z } from 'zod';

/** How values of the environment are read. */
export const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** Stricter than Number(), for which a blank is 0 and 0x10 is 16. */
export const number = (range: z.ZodNumber) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'a number, in digits')
    .transform(Number)
    .pipe(range);

export const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}

export const areCidrs = (ranges: string[]) => ranges.every(isCidr);
export const CIDRS = 'a comma-separated list of address ranges such as 10.0.0.0/8';

/** Newest first. */
export const secrets = z
  .string()
  .default('')
  .transform(list)
  .refine(
    (all) => all.every((secret) => secret.length >= 32),
    'a comma-separated list of secrets of 32 characters or more',
  )
  .refine((all) => all.length <= 10, 'at most 10');

export const MAILBOX = /^(?:[^<>@\r\n]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/;
export const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z]{2}(-[a-z]+)+-\d:\d{12}:[\w-]{1,256}$/;
