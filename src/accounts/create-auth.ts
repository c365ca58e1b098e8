import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { betterAuth } from 'better-auth/minimal';
import { admin } from 'better-auth/plugins/admin';
import type { AppContext } from '#src/context.ts';
import { credentials, sessions, users, verifications } from '#src/db/schema/accounts.ts';
import { newId } from '#src/platform/ids.ts';
import type { Log } from '#src/platform/log.ts';

export const SESSION_SECONDS = 7 * 24 * 3600;
export const PASSWORD_LENGTH = { min: 8, max: 128 };
/** The peer's address, on headers that we make ourselves: what a caller forwards is not believed. */
export const ADDRESS_HEADER = 'x-ulak-address';

/** Another way to keep passwords than better-auth's own (scrypt). */
export type Passwords = {
  hash(password: string): Promise<string>;
  verify(given: { hash: string; password: string }): Promise<boolean>;
};

export type Auth = ReturnType<typeof createAuth>;

const schema = { user: users, session: sessions, account: credentials, verification: verifications };

/**
 * better-auth on our tables: passwords, sessions, signed cookies, bans at sign-in. Its HTTP handler is never mounted: our
 * routes call what they need, so no endpoint of its own can be reached, and limits and origins are the doorkeeper's.
 */
export function createAuth(ctx: AppContext, passwords?: Passwords) {
  return betterAuth({
    appName: 'Ulak',
    baseURL: ctx.publicUrl,
    basePath: '/v1/auth',
    secret: ctx.authSecret,
    trustedOrigins: ctx.config.corsOrigins,
    database: drizzleAdapter(ctx.db, { provider: 'pg', schema, transaction: true }),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      ...(passwords && { password: passwords }),
    },
    session: { expiresIn: SESSION_SECONDS, cookieCache: { enabled: false } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { log: (level, message) => quietly(ctx.log, level, message) },
    advanced: {
      cookiePrefix: 'ulak',
      database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => ({ data: { ...session, expiresAt: sessionEnd(ctx.clock.now()) } }),
        },
      },
    },
    plugins: [admin({ adminRoles: ['admin'], defaultRole: 'user' })],
  });
}

/** When a session that is used at `now` ends. */
export const sessionEnd = (now: Date): Date => new Date(now.getTime() + SESSION_SECONDS * 1000);

/** Its arguments may hold addresses and tokens; its words do not. */
function quietly(log: Log, level: string, message: string): void {
  const fields = { from: 'better-auth' };
  if (level === 'error') log.error(fields, message);
  else log.debug(fields, message);
}
