import { describe, expect, it } from 'vitest';
import { runImport } from '#src/customers/run-import.ts';
import { createWorld } from '#test/support/world.ts';
import { json, lines, people, status, total, upload } from './importing.ts';

describe('cut off and run again', () => {
  it('goes on at the next row, and every row counts once', async () => {
    await using world = await createWorld();
    const { id } = await json(upload(world.acme, people(3500)));
    const job = { organizationId: world.acme.organizationId, importId: id };
    const stop = new AbortController();
    const tripping = { ...stop.signal, throwIfAborted: trip(3) } as AbortSignal;
    await expect(runImport(world.ctx, job, tripping)).rejects.toThrow('killed');
    expect(await status(world.acme, id)).toMatchObject({ status: 'running', total: 3500, created: 2000 });
    await world.drain();
    expect(await status(world.acme, id)).toMatchObject({ status: 'completed', total: 3500, created: 3500, updated: 0 });
    expect(await total(world)).toBe(3504);
    await runImport(world.ctx, job, stop.signal);
    expect(await status(world.acme, id)).toMatchObject({ created: 3500, updated: 0 });
  });

  it('runs twice at once without counting a row twice', async () => {
    await using world = await createWorld();
    const { id } = await json(upload(world.acme, people(3000)));
    const job = { organizationId: world.acme.organizationId, importId: id };
    const signal = new AbortController().signal;
    const runs = await Promise.allSettled([runImport(world.ctx, job, signal), runImport(world.ctx, job, signal)]);
    expect(runs.map((run) => run.status)).toContain('fulfilled');
    await world.drain();
    expect(await status(world.acme, id)).toMatchObject({ status: 'completed', total: 3000, created: 3000, updated: 0 });
    expect(await total(world)).toBe(3004);
  });

  it('two imports of one file at once make each customer once', async () => {
    await using world = await createWorld();
    const file = people(2500);
    const reversed = lines(['ad,telefon,etiket', ...file.trim().split('\n').slice(1).reverse()]);
    const ids = [await json(upload(world.acme, file)), await json(upload(world.acme, reversed))].map(
      (answer) => answer.id as string,
    );
    const { organizationId } = world.acme;
    const signal = new AbortController().signal;
    await Promise.all(ids.map((importId) => runImport(world.ctx, { organizationId, importId }, signal)));
    const [a, b] = await Promise.all(ids.map((id) => status(world.acme, id)));
    expect(a.created + b.created).toBe(2500);
    expect(a.updated + b.updated).toBe(2500);
    expect(await total(world)).toBe(2504);
  });

  it('a dry run begins anew', async () => {
    await using world = await createWorld();
    const { id } = await json(upload(world.acme, people(2500), '?dryRun=true'));
    const job = { organizationId: world.acme.organizationId, importId: id };
    await expect(runImport(world.ctx, job, { throwIfAborted: trip(3) } as AbortSignal)).rejects.toThrow('killed');
    await world.drain();
    expect(await status(world.acme, id)).toMatchObject({ status: 'completed', total: 2500, created: 2500, updated: 0 });
  });
});

/** Fails at the nth call. */
function trip(nth: number): () => void {
  let calls = 0;
  return () => {
    if (++calls === nth) throw new Error('killed');
  };
}
