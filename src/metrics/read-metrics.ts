import { Gauge, Registry } from 'prom-client';
import type { AppContext } from '#src/context.ts';
import { figureKinds, readFigures } from './figures.ts';

export type ReadMetrics = () => Promise<{ text: string; contentType: string }>;

/** Whoever asks more often is told the same. */
const KEPT_MS = 5_000;

/**
 * What this process has seen, and how the whole stands by the database, in Prometheus' words. The database is asked once in five seconds
 * at most, one question after the other; while it is away, the process's own figures are told alone and `ulak_database_up` is 0.
 */
export function createMetricsReader(ctx: AppContext): ReadMetrics {
  let kept: { at: number; figures: Promise<Registry> } | null = null;
  return async () => {
    const now = performance.now();
    if (!kept || now - kept.at > KEPT_MS) kept = { at: now, figures: askDatabase(ctx) };
    const both = Registry.merge([ctx.metrics.registry, await kept.figures]);
    return { text: await both.metrics(), contentType: both.contentType };
  };
}

async function askDatabase(ctx: AppContext): Promise<Registry> {
  const registry = new Registry();
  const registers = [registry];
  const up = new Gauge({ name: 'ulak_database_up', help: 'Whether the database answers', registers });
  try {
    for (const kind of figureKinds) {
      const figures = await readFigures(ctx, kind);
      const { name, help, labelNames } = kind;
      const gauge = new Gauge({ name, help, labelNames, registers });
      // without labels a gauge begins at 0, which would say that there is a figure
      if (figures.length === 0) gauge.reset();
      for (const { labels, value } of figures) gauge.set(labels, value);
      if (figures.length === 0 && labelNames.length === 0) registry.removeSingleMetric(name);
    }
    up.set(1);
  } catch (error) {
    ctx.log.warn({ err: error }, 'figures could not be read');
    up.set(0);
  }
  return registry;
}
