import { expect, it } from 'vitest';
import { createOutcomeWriter } from '#src/emails/create-outcome-writer.ts';
import type { Sent } from '#src/emails/record-sends.ts';

const outcome = (name: string) => ({ addressee: { name } }) as unknown as Sent;

it('writes down together what comes together, one write at a time', async () => {
  const writes: string[][] = [];
  let [running, most] = [0, 0];
  const writer = createOutcomeWriter(async (sends) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    writes.push(sends.map(({ addressee }) => addressee.name));
    running--;
  });
  const names = Array.from({ length: 250 }, (_, i) => String(i));
  for (const name of names) writer.add(outcome(name));
  await writer.settle();
  expect(writes.flat()).toEqual(names);
  expect([writes.length, most]).toEqual([2, 1]);
});

it('a write that failed is told of by settle; what came after it is written all the same', async () => {
  const written: string[] = [];
  const writer = createOutcomeWriter(async ([first]) => {
    if (first!.addressee.name === 'bad') throw new Error('refused');
    written.push(first!.addressee.name);
  });
  writer.add(outcome('bad'));
  await expect(writer.settle()).rejects.toThrow('refused');
  writer.add(outcome('good'));
  await expect(writer.settle()).rejects.toThrow('refused');
  expect(written).toEqual(['good']);
});
