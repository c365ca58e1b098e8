import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { sweepMovesJob } from './jobs.ts';
import { sweepMoves } from './sweep-moves.ts';

export const operationsHandlers = (ctx: AppContext): JobHandler[] => [
  { job: sweepMovesJob, handle: () => sweepMoves(ctx) },
];
