import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdMap } from '#src/archive/id-map.ts';
import { createScene, type Scene } from '#test/matrix/scene.ts';
import { createWorld, type World } from '#test/support/world.ts';
import {
  apply,
  bring,
  bytesOf,
  dropWaiting,
  emptyWorld,
  exportNow,
  forgetPretended,
  look,
  PASSPHRASE,
  readAll,
} from './archive-world.ts';

let scene: Scene;
let world: World;

beforeAll(async () => {
  scene = await createScene();
  world = scene.world;
  await dropWaiting(world.ctx);
  await forgetPretended(world.ctx);
  await world.admin.call('DELETE', `/v1/admin/exports/${scene.ids.export}`);
  await world.acme.call('DELETE', `/v1/exports/${scene.ids.ownExport}`);
});
afterAll(() => scene[Symbol.asyncDispose]());

test('a whole platform, into an empty database: every row is equal, secrets are sealed anew, files are there, the admin stays signed in', async () => {
  await using cloned = await createWorld();
  const target: World = { ...cloned, admin: await emptyWorld(cloned) };
  const there = await readAll(world.ctx, null);
  const bytes = await exportNow(world, { scope: 'platform', includeFiles: true, passphrase: PASSPHRASE });
  const locked = await bring(target, bytes, 'mode=empty');
  expect(locked.problems).toEqual([]);
  expect(locked.report!.warnings.map(({ code }) => code)).toContain('secrets-locked');
  expect(await readAll(target.ctx, null)).toMatchObject({ customers: [], campaigns: [] });
  const wrong = await bring(target, bytes, 'mode=empty', { passphrase: 'nicht das richtige' });
  expect(wrong).toMatchObject({ status: 'refused', problems: [{ code: 'wrong-passphrase' }] });
  const checked = await bring(target, bytes, 'mode=empty', { passphrase: PASSPHRASE });
  expect(checked.problems).toEqual([]);
  expect(await apply(target, checked.id)).toBe(202);
  expect(await look(target.admin, checked.id)).toMatchObject({ status: 'applied', problems: [] });
  const here = await readAll(target.ctx, null);
  const ids = new Set(there['activities']!.map(({ id }) => id));
  here['activities'] = here['activities']!.filter(({ id }) => ids.has(id));
  for (const table of Object.keys(there))
    if (table !== 'credentials' && table !== 'number_checks') expect(here[table], table).toEqual(there[table]);
  expect(there['campaigns']!.length * there['messages']!.length * there['email_contents']!.length).toBeGreaterThan(0);
  const secretOf = async ({ ctx }: World) => {
    const [row] = await ctx.db.execute<{ sealed: string }>(
      sql`select secret_sealed as sealed from webhook_endpoints order by id limit 1`,
    );
    return ctx.secrets.open(row!.sealed);
  };
  expect(await secretOf(target)).toBe(await secretOf(world));
  const stored = await bytesOf(target.ctx);
  expect(stored.length).toBeGreaterThan(0);
  expect(stored).toEqual(await bytesOf(world.ctx));
  // nobody puts it in twice, and nothing goes where something is
  expect(await apply(target, checked.id)).toBe(409);
  expect(await bring(target, bytes, 'mode=empty')).toMatchObject({
    status: 'refused',
    problems: [{ code: 'not-empty' }],
  });
});

/** Nothing of the organization is under way any more. */
async function comeToRest({ ctx }: World, organizationId: string): Promise<void> {
  const ours = sql`organization_id = ${organizationId}::uuid`;
  await ctx.db.execute(sql`update instances set status = 'closed' where ${ours}`);
  await ctx.db.execute(sql`update campaigns set status = 'paused' where status = 'running' and ${ours}`);
  await ctx.db.execute(sql`update messages set status = 'unknown' where status = 'sending' and ${ours}`);
}

test('one organization, as a new one: equal but for its ids; then in its own place: equal; the other tenant is untouched', async () => {
  const { ctx, acme, globex, admin } = world;
  const theirs = await readAll(ctx, globex.organizationId);
  const before = await readAll(ctx, acme.organizationId);
  const bytes = await exportNow(world, { scope: acme.organizationId, includeFiles: true, passphrase: PASSPHRASE });
  const taken = await bring(world, bytes, 'mode=new');
  expect(taken).toMatchObject({ status: 'refused', problems: [{ code: 'user-exists' }] });
  const members = await ctx.db.execute<{ email: string }>(sql`
    select email from users where id in (select user_id from members where organization_id = ${acme.organizationId}::uuid)`);
  const emails = Object.fromEntries(members.map(({ email }) => [email, `copy-of-${email}`]));
  const checked = await bring(world, bytes, 'mode=new', { emails });
  expect(checked.problems).toEqual([]);
  expect(await apply(world, checked.id)).toBe(202);
  const applied = await look(admin, checked.id);
  expect(applied).toMatchObject({ status: 'applied', problems: [] });
  const map = createIdMap(ctx.authSecret, checked.id, new Map());
  expect(applied.resultId).toBe(map(acme.organizationId));
  const copy = await readAll(ctx, applied.resultId!);
  const counts = (rows: typeof copy) =>
    Object.fromEntries(Object.entries(rows).map(([table, { length }]) => [table, length]));
  const own = { ...before, activities: [] };
  expect(counts({ ...copy, activities: [] })).toEqual(counts(own));
  const names = (rows: typeof copy) =>
    rows['customers']!.map((row) => [row['id'], row['phone'], row['search_text']]).sort();
  expect(names(copy)).toEqual(
    before['customers']!.map((row) => [map(row['id'] as string), row['phone'], row['search_text']]).sort(),
  );
  // nothing of the one is left in the other
  const old = new Set(
    Object.values(before).flatMap((rows) => rows.flatMap((row) => (typeof row['id'] === 'string' ? [row['id']] : []))),
  );
  const left = JSON.stringify({ ...copy, email_contents: [] }).match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)!;
  expect(left.filter((id) => old.has(id))).toEqual([]);
  // in its own place
  await ctx.db.execute(
    sql`update customers set first_name = 'Başkası' where organization_id = ${acme.organizationId}::uuid`,
  );
  const busy = await bring(world, bytes, `mode=replace&organizationId=${acme.organizationId}`);
  expect(busy).toMatchObject({ status: 'refused', problems: [{ code: 'target-busy' }] });
  expect((await admin.call('DELETE', `/v1/admin/imports/${busy.id}`)).status).toBe(200);
  await comeToRest(world, acme.organizationId);
  const restored = await bring(world, bytes, `mode=replace&organizationId=${acme.organizationId}`, {
    passphrase: PASSPHRASE,
  });
  expect(restored.problems).toEqual([]);
  expect(await apply(world, restored.id, { confirm: 'another name' })).toBe(400);
  expect(await apply(world, restored.id, { confirm: 'acme' })).toBe(202);
  expect(await look(admin, restored.id)).toMatchObject({
    status: 'applied',
    problems: [],
    resultId: acme.organizationId,
  });
  const after = await readAll(ctx, acme.organizationId);
  for (const table of Object.keys(before))
    if (table !== 'activities') expect(after[table], table).toEqual(before[table]);
  expect(after['activities']!.length).toBeGreaterThan(before['activities']!.length);
  expect((await acme.call('GET', '/v1/me')).status).toBe(200);
  expect(await readAll(ctx, globex.organizationId)).toEqual(theirs);
});
