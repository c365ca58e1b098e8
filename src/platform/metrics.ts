import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

const FAST = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SLOW = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600];

export type Metrics = ReturnType<typeof createMetrics>;

/** What this process has seen since it started. Labels are few and known: never an id, an address or a path with a secret in it. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'ulak_http_request_duration_seconds',
      help: 'Requests answered, by the pattern of their path',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: FAST,
      registers,
    }),
    jobs: new Histogram({
      name: 'ulak_job_duration_seconds',
      help: 'Runs of jobs, by queue and outcome: done or failed',
      labelNames: ['queue', 'outcome'] as const,
      buckets: SLOW,
      registers,
    }),
    evolutionCalls: new Histogram({
      name: 'ulak_evolution_call_duration_seconds',
      help: 'Calls to Evolution, sends among them, by what was called and the class of the answer',
      labelNames: ['call', 'outcome'] as const,
      buckets: SLOW,
      registers,
    }),
    mails: new Histogram({
      name: 'ulak_mail_duration_seconds',
      help: 'Mails handed to a carrier, by its kind and the outcome',
      labelNames: ['carrier', 'outcome'] as const,
      buckets: SLOW,
      registers,
    }),
    loopBlocked: new Histogram({
      name: 'ulak_event_loop_blocked_seconds',
      help: 'Times at which the event loop did one thing for more than 100 ms',
      buckets: [0.1, 0.15, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    logLines: new Counter({
      name: 'ulak_log_lines_total',
      help: 'Lines of the log on their way to the database: kept, dropped as too many waited, or refused for their content',
      labelNames: ['outcome'] as const,
      registers,
    }),
    ...createHookMetrics(registers),
  };
}

const createHookMetrics = (registers: Registry[]) => ({
  webhooksIn: new Counter({
    name: 'ulak_webhooks_in_total',
    help: 'Webhooks of Evolution that were applied',
    labelNames: ['event'] as const,
    registers,
  }),
  webhookLag: new Histogram({
    name: 'ulak_webhooks_in_lag_seconds',
    help: 'From the arrival of a webhook of Evolution (acks among them) to its effect',
    buckets: SLOW,
    registers,
  }),
  webhooksOut: new Histogram({
    name: 'ulak_webhooks_out_duration_seconds',
    help: 'Webhooks posted to endpoints, by the class of the answer',
    labelNames: ['outcome'] as const,
    buckets: SLOW,
    registers,
  }),
});

/** Memory, processor time, event loop and garbage collection of this process; once a process. */
export const watchProcess = ({ registry }: Metrics): void => collectDefaultMetrics({ register: registry });
