import { expect, it } from 'vitest';
import type { Outcome } from '#src/channels/evolution/outcome.ts';
import type { AppContext } from '#src/context.ts';
import { createTypist } from '#src/conversations/create-typist.ts';
import type { Sender } from '#src/instances/sender-of.ts';

const ctx = { log: { info() {}, warn() {} } } as unknown as AppContext;

/** Evolution, which answers when the test says so. */
function slowSender() {
  const calls: { number: string; end(outcome?: Outcome<void>): void; fail(): void }[] = [];
  const showPresence = (_: string, { number }: { number: string }) =>
    new Promise((resolve, reject) => {
      calls.push({
        number,
        end: (outcome = { kind: 'accepted', value: undefined }) => resolve(outcome),
        fail: () => reject(new Error('broken')),
      });
    });
  return { calls, sender: { client: { showPresence }, providerName: 'x' } as unknown as Sender };
}
const typing = (n: number) => ({ conversationId: `${n}`, number: `${n}`, forMs: 5000 });

it('types once at a time in a conversation, and again when that is over, however it ended', async () => {
  const { calls, sender } = slowSender();
  const typist = createTypist();
  for (let i = 0; i < 3; i++) typist.type(ctx, sender, typing(1));
  typist.type(ctx, sender, typing(2));
  expect(calls.map(({ number }) => number)).toEqual(['1', '2']);
  calls[0]!.end({ kind: 'unavailable', reason: 'instance-closed', cause: 'x' });
  calls[1]!.fail();
  await typist.idle();
  for (const n of [1, 2]) typist.type(ctx, sender, typing(n));
  expect(calls).toHaveLength(4);
});

it('leaves out what would be more than it can have under way', () => {
  const { calls, sender } = slowSender();
  const typist = createTypist();
  for (let n = 0; n < 100; n++) typist.type(ctx, sender, typing(n));
  expect(calls).toHaveLength(64);
});
