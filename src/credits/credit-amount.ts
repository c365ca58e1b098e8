import { invalid } from '#src/platform/problem.ts';

/** The most that one movement of credits may be. */
export const MAX_CREDITS = 100_000_000;

/** Throws `invalid-request` for what is not a whole number of credits between `least` and MAX_CREDITS. */
export function requireCredits(credits: number, path: string, least = 1): void {
  if (Number.isSafeInteger(credits) && credits >= least && credits <= MAX_CREDITS) return;
  throw invalid(path, {
    en: `A whole number between ${least} and ${MAX_CREDITS}`,
    tr: `${least} ile ${MAX_CREDITS} arasında bir tam sayı`,
  });
}
