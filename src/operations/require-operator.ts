import type { OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';

/** Throws `forbidden` for anybody but a platform admin who is signed in. */
export function requireOperator(ctx: OrgContext): void {
  if (!ctx.isAdmin) throw new Problem('forbidden');
}
