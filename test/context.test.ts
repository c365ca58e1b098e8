import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { actFor, inTransaction, type OrgContext } from '#src/context.ts';
import { groups } from '#src/db/schema/groups.ts';
import { createWorld } from '#test/support/world.ts';

const add = (ctx: OrgContext, name: string) =>
  ctx.db.insert(groups).values({ organizationId: ctx.organizationId, name });
const namesOf = async (ctx: OrgContext) => {
  const rows = await ctx.db
    .select()
    .from(groups)
    .where(eq(groups.organizationId, ctx.organizationId))
    .orderBy(groups.name);
  return rows.map(({ name }) => name);
};

describe('inTransaction', () => {
  it('keeps all of it or nothing', async () => {
    await using world = await createWorld();
    const { ctx } = world.acme;
    const failing = inTransaction(ctx, async (ctx) => {
      await add(ctx, 'a');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await inTransaction(ctx, async (ctx) => void (await add(ctx, 'b')));
    expect(await namesOf(ctx)).toEqual(['b']);
  });

  it('joins the one it is called in', async () => {
    await using world = await createWorld();
    const { ctx } = world.acme;
    const failing = inTransaction(ctx, async (ctx) => {
      await inTransaction(ctx, async (ctx) => void (await add(ctx, 'inner')));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await namesOf(ctx)).toEqual([]);
  });

  it('does what is hung on it before it commits, once, and nothing of it where that fails', async () => {
    await using world = await createWorld();
    const seen: string[][] = [];
    const ctx: OrgContext = {
      ...world.acme.ctx,
      beforeCommit: async (inner) => void seen.push(await namesOf(inner as OrgContext)),
    };
    const result = await inTransaction(ctx, async (ctx) => {
      await inTransaction(ctx, async (ctx) => void (await add(ctx, 'a')));
      return 'done';
    });
    expect([result, seen]).toEqual(['done', [['a']]]);
    const refusing = { ...ctx, beforeCommit: () => Promise.reject(new Error('locked')) };
    await expect(inTransaction(refusing, async (ctx) => void (await add(ctx, 'b')))).rejects.toThrow('locked');
    expect(await namesOf(ctx)).toEqual(['a']);
  });
});

it('actFor acts for one user, with no more rights than he has', async () => {
  await using world = await createWorld();
  const { organizationId, userId } = world.globex;
  const ctx = actFor(world.ctx, { organizationId, userId });
  expect(ctx).toMatchObject({ organizationId, userId, isAdmin: false, actor: { type: 'job', id: null } });
});
