import { Problem } from '#src/platform/problem.ts';

/** More than a number can hold. */
export const fullAccount = (): Problem =>
  new Problem('conflict', {
    detail: { en: 'The account cannot take more credits', tr: 'Bu hesap daha fazla kontör alamaz' },
  });
