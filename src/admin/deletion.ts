import type { deletionScopes, deletionSteps, userDeletions } from '#src/db/schema/users-kept.ts';

export type Deletion = typeof userDeletions.$inferSelect;
export type DeletionStep = (typeof deletionSteps)[number];

const ofUser: DeletionStep[] = ['campaigns', 'single-messages', 'instances', 'outcomes', 'credits'];
const ofOrganization: DeletionStep[] = [...ofUser, 'files', 'rows', 'organization'];

/** One after the other; each may be repeated. */
export const stepsOf = (scope: (typeof deletionScopes)[number]): DeletionStep[] =>
  scope === 'user' ? ofUser : ofOrganization;

/** Null: that was the last. */
export const stepAfter = ({ scope, step }: Pick<Deletion, 'scope' | 'step'>): DeletionStep | null => {
  const steps = stepsOf(scope);
  return steps[steps.indexOf(step) + 1] ?? null;
};
