import type { OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';

/** Only the owner, signed in himself, may change the organization and its members. Throws `forbidden`. */
export function requireOwner(ctx: OrgContext): void {
  if (ctx.role === 'owner' && ctx.actor.type !== 'apiKey') return;
  throw new Problem('forbidden', {
    detail: { en: 'Only the owner of the organization may do this', tr: 'Bunu yalnızca firmanın sahibi yapabilir' },
  });
}
