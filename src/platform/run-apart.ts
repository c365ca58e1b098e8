import { createThread } from './create-thread.ts';

/** A function of a module of ours, by its name. What goes in and comes out is copied. */
export type ApartTask = { module: string; name: string; input: unknown };

/** What a person may wait for at a form. */
const PATIENCE_MS = 30_000;

const thread = createThread<ApartTask, unknown>({
  file: new URL('./apart-thread.ts', import.meta.url),
  name: 'work apart',
  mostWaiting: 50,
  mostHeapMb: 384,
  patienceMs: PATIENCE_MS,
});

/**
 * Calls an exported function of a module in the thread that all rooms share, so that nobody else waits for it.
 * What it throws is no Problem any more: a refusal is to be returned. Throws `unavailable` while too many wait, and when it
 * takes too long.
 */
export async function runApart<Input, Output>(module: URL, name: string, input: Input): Promise<Output> {
  return (await thread.run({ module: module.href, name, input })) as Output;
}

export const endWorkApart = (): Promise<void> => thread.close();
