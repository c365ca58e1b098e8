import type { OrgContext } from '#src/context.ts';
import { invalid } from '#src/platform/problem.ts';

/** When a person decided, of a body. Throws `invalid-request`, with `path`, for a time that is still to come. */
export function readGivenAt(ctx: OrgContext, given: string | undefined, path: string): Date | undefined {
  if (given === undefined) return undefined;
  const at = new Date(given);
  if (at > ctx.clock.now()) throw invalid(path, { en: 'Must not be in the future', tr: 'Gelecekte olamaz' });
  return at;
}
