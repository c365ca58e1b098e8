import type { OrgContext } from '#src/context.ts';
import { postgresCode } from '#src/customers/postgres-code.ts';
import { Problem } from '#src/platform/problem.ts';
import { findAlternatives, type Homeless } from './find-alternatives.ts';
import type { Conflict } from './find-conflicts.ts';
import { presentConflict, presentSpan } from './present-conflict.ts';

/** The refusal of times that are taken: by what, and what is free instead. */
export async function appointmentConflict(
  ctx: OrgContext,
  conflicts: Conflict[],
  homeless: Homeless,
): Promise<Problem> {
  const alternatives = await findAlternatives(ctx, homeless);
  return new Problem('appointment-conflict', {
    members: {
      conflicts: conflicts.map((conflict) => presentConflict(ctx, conflict)),
      alternatives: alternatives.map(presentSpan),
    },
  });
}

const EXCLUSION_VIOLATION = '23P01';

/** What the exclusion constraint refuses is a conflict too, whoever was faster. */
export async function refuseOverlap<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (postgresCode(error) !== EXCLUSION_VIOLATION) throw error;
    throw new Problem('appointment-conflict', { members: { conflicts: [], alternatives: [] }, cause: error });
  }
}
