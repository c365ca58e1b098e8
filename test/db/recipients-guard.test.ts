import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { newId } from '#src/platform/ids.ts';
import { stage } from '#test/campaigns/scene.ts';
import { createGroupOf } from '#test/campaigns/stage.ts';

const scene = await stage({ count: 3 });
afterAll(() => scene[Symbol.asyncDispose]());
const { db } = scene.ctx;
const { organizationId } = scene.acme;
const customersOf = async () =>
  (await db.execute<{ id: string }>(sql`select customer_id as id from campaign_recipients order by position`)).map(
    ({ id }) => id,
  );
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { cause?: { code: string } }) => String(error.cause?.code),
  );
const add = (on: Pick<typeof db, 'execute'>, campaignId: string, customerId: string) =>
  on.execute(sql`
    insert into campaign_recipients (organization_id, campaign_id, customer_id, position, name, address)
    values (${organizationId}, ${campaignId}, ${customerId}, 99, 'X', '+905321112233')`);
/** A customer in no campaign. */
async function stranger(): Promise<string> {
  const groupId = await createGroupOf(scene.ctx, scene.acme, 1, [String(7000 + Math.floor(Math.random() * 999))]);
  const [member] = await db.execute<{ id: string }>(
    sql`select customer_id as id from group_members where group_id = ${groupId}`,
  );
  return member!.id;
}
const erase = (on: Pick<typeof db, 'execute'>, id: string) => on.execute(sql`delete from customers where id = ${id}`);

it('a recipient needs a campaign and a customer that exist, and stays with them', async () => {
  const [customer] = await customersOf();
  expect(await codeOf(add(db, newId(), customer!))).toBe('23503');
  expect(await codeOf(add(db, scene.id, newId()))).toBe('23503');
  const other = await stranger();
  expect(await codeOf(db.execute(sql`update campaign_recipients set customer_id = ${other} where position = 1`))).toBe(
    'P0001',
  );
  expect(await customersOf()).toHaveLength(3);
});

it('a customer of a campaign cannot be erased; one of none can', async () => {
  const [customer] = await customersOf();
  expect(await codeOf(erase(db, customer!))).toBe('23503');
  expect(await codeOf(erase(db, await stranger()))).toBe('done');
});

it('erased and added at the same moment: whoever comes second is refused', async () => {
  for (const first of ['add', 'erase'] as const) {
    const customer = await stranger();
    const go = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const act = {
      add: (on: Pick<typeof db, 'execute'>) => add(on, scene.id, customer),
      erase: (on: Pick<typeof db, 'execute'>) => erase(on, customer),
    };
    const holding = db.transaction(async (tx) => {
      await act[first](tx);
      begun.resolve();
      await go.promise;
    });
    await begun.promise;
    const second = codeOf(act[first === 'add' ? 'erase' : 'add'](db));
    await expect.poll(waiting).toBe(1);
    go.resolve();
    await holding;
    expect(await second).toBe('23503');
  }
  expect(await customersOf()).toHaveLength(4);
});

const waiting = async () =>
  (await db.execute(sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`))
    .length;

it('with a campaign its recipients go', async () => {
  await db.execute(sql`delete from live_events`);
  await db.execute(sql`delete from campaigns where id = ${scene.id}`);
  expect(await customersOf()).toEqual([]);
});
