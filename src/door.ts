import type { z } from '@hono/zod-openapi';
import type { AppContext, OrgContext } from './context.ts';
import type { Language } from './platform/language.ts';
import type { Route, RouteInput, RouteSpec } from './platform/route.ts';

export type PublicContext = AppContext & { language: Language; requestId: string | null; address: string | null };

type Object_ = z.ZodObject | undefined;
type Any = z.ZodType | undefined;
// biome-ignore lint/suspicious/noConfusingVoidType: a verb that gives nothing back is a handler as it stands
type Result<A> = Promise<(A extends z.ZodType ? z.input<A> : undefined | void) | Response>;

/** A route for someone signed in: its handler gets an OrgContext. Answer with what `answer.schema` takes, or a Response. */
export const defineRoute = <
  P extends Object_ = undefined,
  Q extends Object_ = undefined,
  B extends Any = undefined,
  A extends Any = undefined,
>(
  spec: RouteSpec<P, Q, B, A> & { access: 'user' | 'admin' },
  handle: (input: RouteInput<OrgContext, P, Q, B>) => Result<A>,
): Route<OrgContext> => ({ spec, handle }) as never;

/** A route for anybody: webhooks, health, unsubscribe. */
export const definePublicRoute = <
  P extends Object_ = undefined,
  Q extends Object_ = undefined,
  B extends Any = undefined,
  A extends Any = undefined,
>(
  spec: Omit<RouteSpec<P, Q, B, A>, 'access' | 'scope'>,
  handle: (input: RouteInput<PublicContext, P, Q, B>) => Result<A>,
): Route<OrgContext> => ({ spec: { ...spec, access: 'public' }, handle }) as never;
