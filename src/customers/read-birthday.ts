import type { OrgContext } from '#src/context.ts';
import { invalid } from '#src/platform/problem.ts';
import { isDay } from './custom-field.ts';

const OLDEST = '1900-01-01';
/** It may be tomorrow already, where the customer is. */
const AHEAD_MS = 14 * 3_600_000;

/** A birthday as it is kept; null where there is none. Throws `invalid-request` unless it is a day that has been. */
export function readBirthday(ctx: OrgContext, given: string | null | undefined): string | null | undefined {
  if (!given) return given === '' ? null : given;
  const today = new Date(ctx.clock.now().getTime() + AHEAD_MS).toISOString().slice(0, 10);
  if (isDay(given) && given >= OLDEST && given <= today) return given;
  throw invalid('birthday', {
    en: 'A day that has been, such as 1990-05-23',
    tr: 'Geçmiş bir gün olmalı, örneğin 1990-05-23',
  });
}
