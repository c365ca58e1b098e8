import { z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import type { OrgContext } from './context.ts';
import { definePublicRoute } from './door.ts';
import { Problem } from './platform/problem.ts';
import type { Route } from './platform/route.ts';

const tag = 'Health';

const alive = definePublicRoute(
  {
    tag,
    method: 'get',
    path: '/healthz',
    summary: 'The process answers',
    answer: { status: 200, schema: z.object({ status: z.literal('alive') }) },
  },
  async () => ({ status: 'alive' as const }),
);

const ready = definePublicRoute(
  {
    tag,
    method: 'get',
    path: '/readyz',
    summary: 'Database, migrations and queue are there',
    answer: { status: 200, schema: z.object({ status: z.literal('ready') }) },
  },
  async ({ ctx }) => {
    try {
      await ctx.db.execute(sql`select 1 from drizzle.__drizzle_migrations, pgboss.version limit 1`);
    } catch (error) {
      throw new Problem('unavailable', { cause: error });
    }
    return { status: 'ready' as const };
  },
);

export const healthRoutes: Route<OrgContext>[] = [alive, ready];
