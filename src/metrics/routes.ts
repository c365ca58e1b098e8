import type { OrgContext } from '#src/context.ts';
import { definePublicRoute } from '#src/door.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import { mayReadMetrics } from './may-read-metrics.ts';
import type { ReadMetrics } from './read-metrics.ts';

export const metricsRoutes = (readMetrics: ReadMetrics): Route<OrgContext>[] => [
  definePublicRoute(
    {
      method: 'get',
      path: '/metrics',
      summary: 'Figures of this process and of the whole, for Prometheus',
      description:
        'With METRICS_TOKEN set, bear it: `Authorization: Bearer …`. Without it, only whoever asks from a private network, not through a proxy, is answered.',
      tag: 'Health',
      answer: { status: 200, description: 'Text, as Prometheus reads it' },
      alsoProduces: ['text/plain'],
      problems: ['unauthenticated'],
    },
    async ({ ctx, request }) => {
      if (!mayReadMetrics(ctx.config.metricsToken, request.headers, ctx.address)) throw new Problem('unauthenticated');
      const { text, contentType } = await readMetrics();
      return new Response(text, { headers: { 'Content-Type': contentType, 'Cache-Control': 'no-store' } });
    },
  ),
];
