import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import type { AuthRouteOptions } from '#src/accounts/auth-routes.ts';
import { type Auth, createAuth } from '#src/accounts/create-auth.ts';
import { createDoorkeeper, type DoorkeeperOptions } from '#src/accounts/doorkeeper.ts';
import { accountsRoutes } from '#src/accounts/routes.ts';
import type { AppContext, OrgContext } from '#src/context.ts';
import { knowClient } from '#src/platform/client-address.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import { answerError, mountRoutes } from '#src/platform/router.ts';
import type { Call } from '#test/support/cast.ts';
import { quickPasswords } from '#test/support/quick-passwords.ts';

type Options = DoorkeeperOptions &
  AuthRouteOptions & { routes?: Route<OrgContext>[]; address?: string; passwords?: 'as-in-production' };

/** The door alone, with the accounts' routes and those a test brings along; limits as in production unless told. */
export function openDoor(ctx: AppContext, options: Options = {}): { call: Call; auth: Auth } {
  const auth = createAuth(ctx, options.passwords ? undefined : quickPasswords);
  const app = new OpenAPIHono();
  app.use(requestId({ headerName: 'X-Request-Id' }));
  app.use(knowClient(ctx.config.trustedProxies));
  app.onError((error, c) => answerError(error, c, ctx.log));
  app.notFound((c) => answerError(new Problem('not-found'), c, ctx.log));
  mountRoutes(app, [...accountsRoutes(auth, options), ...(options.routes ?? [])], createDoorkeeper(ctx, auth, options));
  const env = { incoming: { socket: { remoteAddress: options.address ?? '192.0.2.1' } } };
  const call: Call = async (method, path, body, headers = {}) => {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    return app.fetch(
      new Request(`http://127.0.0.1:3000${path}`, { method, headers: { ...type, ...headers }, ...text }),
      env,
    );
  };
  return { call, auth };
}

/** Fields of an answer's JSON, whatever they are. */
export const json = async (response: Response): Promise<Record<string, never> & { [field: string]: unknown }> =>
  (await response.json()) as never;

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
