import { eq } from 'drizzle-orm';
import { sandboxSms, smsMessages } from '#src/db/schema/sms.ts';
import type { Sms } from '#src/sms/sms.ts';
import { createWorld, type WorldOptions } from '#test/support/world.ts';

export type SmsScene = Awaited<ReturnType<typeof createSmsScene>>;
export const AYSE = '+905321110001';
export const CEREN = '+905321110003';

/** A world in which acme writes SMS, and what the sandbox took of them. */
export async function createSmsScene(options: WorldOptions = {}) {
  const world = await createWorld(options);
  const { ctx, acme, clock } = world;
  let next = 100;
  return {
    ...world,
    row: async (id: string): Promise<Sms> =>
      (await ctx.db.select().from(smsMessages).where(eq(smsMessages.id, id)))[0]!,
    taken: (phone: string) => ctx.db.select().from(sandboxSms).where(eq(sandboxSms.phone, phone)),
    async balance(): Promise<{ current: number; held: number }> {
      const { currentCredit, heldCredit } = await (await acme.call('GET', '/v1/credits')).json();
      return { current: currentCredit, held: heldCredit };
    },
    async write(phone: string, text = 'Merhaba'): Promise<string> {
      const answer = await acme.call('POST', '/v1/sms', { phone, text });
      if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
      return (await answer.json()).id;
    },
    minutes: (count: number) => clock.advance({ minutes: count }),
    /** A phone of its own, with these last four digits: what lies in the sandbox is counted by phone. */
    phoneOf: (ending: string) => `+90532${next++}${ending}`,
  };
}
