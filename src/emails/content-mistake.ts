import type { Text } from '#src/platform/language.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';

/** Not necessarily wrong, but worth knowing before it is sent. */
export type ContentWarning = { code: string; detail: Text };

export const MOST_MISTAKES = 20;

/** A 400 that names everything wrong with an email's content. */
export const refuseContent = (errors: FieldError[]): Problem =>
  new Problem('invalid-request', { errors: errors.slice(0, MOST_MISTAKES) });

/** A mistake at a line of what was written. */
export const atLine = (line: number | null, { en, tr }: Text): Text =>
  line === null ? { en, tr } : { en: `Line ${line}: ${en}`, tr: `${line}. satır: ${tr}` };
