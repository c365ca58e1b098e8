/** What happens to mails for certain addresses, so that every outcome can be tried: see the table in the README. */
export const sandboxFates = ['bounce', 'full', 'complaint', 'reject', 'later', 'spam', 'slow', 'lost'] as const;
export type SandboxFate = (typeof sandboxFates)[number];

/** Refused so many times before it is taken. */
export const LATER_TIMES = 2;

/** By the local part, with or without a tag: `bounce@…`, `bounce+7@…`. Null: taken and delivered. */
export function fateOf(address: string): SandboxFate | null {
  const local = address.slice(0, address.lastIndexOf('@')).split('+')[0]!.toLowerCase();
  return sandboxFates.find((fate) => fate === local) ?? null;
}
