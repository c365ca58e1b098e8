import { and, eq, isNull, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { idempotencyKeys } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import type { RequestHash } from '#src/platform/request-hash.ts';

const LEASE_MS = 2 * 60 * 1000;
export const KEPT_MS = 24 * 3600 * 1000;

export type KeyName = { userId: string; route: string; key: string };
export type StoredAnswer = { status: number; headers: Record<string, string>; body: string | null };
/** `answer`: given before. Otherwise the caller runs the request, and is the only one until `lockedUntilAt`, which grows with every claim. */
export type Claim = KeyName & { hash: RequestHash; lockedUntilAt: Date; answer: StoredAnswer | null };

/**
 * Claims a key for one runner, or finds its answer. A key whose runner died before anything took effect is taken over;
 * so is one that has expired. Throws `idempotency-key-reused`, `request-in-progress` or `outcome-unknown`.
 */
export async function claimKey(ctx: AppContext, request: KeyName & { hash: RequestHash }): Promise<Claim> {
  const now = ctx.clock.now();
  const { hash, ...name } = request;
  const requestHash = hash.early;
  const fresh = {
    requestHash,
    lockedUntilAt: new Date(now.getTime() + LEASE_MS),
    createdAt: now,
    appliedAt: null,
    completedAt: null,
    status: null,
    headers: null,
    body: null,
  };
  const [claimed] = await ctx.db
    .insert(idempotencyKeys)
    .values({ ...name, ...fresh })
    .onConflictDoUpdate({
      target: [idempotencyKeys.userId, idempotencyKeys.route, idempotencyKeys.key],
      set: fresh,
      setWhere: sql`${idempotencyKeys.lockedUntilAt} <= ${now.toISOString()}::timestamptz and (
        ${idempotencyKeys.createdAt} <= ${new Date(now.getTime() - KEPT_MS).toISOString()}::timestamptz
        or (${idempotencyKeys.requestHash} = ${requestHash} and ${idempotencyKeys.appliedAt} is null and ${idempotencyKeys.completedAt} is null))`,
    })
    .returning({ lockedUntilAt: idempotencyKeys.lockedUntilAt });
  if (claimed) return { ...request, lockedUntilAt: claimed.lockedUntilAt, answer: null };
  return { ...request, lockedUntilAt: now, answer: await findAnswer(ctx, request) };
}

async function findAnswer(ctx: AppContext, { hash, ...name }: KeyName & { hash: RequestHash }): Promise<StoredAnswer> {
  const [row] = await ctx.db.select().from(idempotencyKeys).where(named(name)).limit(1);
  if (row && row.requestHash !== hash.early && row.requestHash !== (await hash.readWhole()))
    throw new Problem('idempotency-key-reused');
  if (row?.completedAt && row.status !== null)
    return {
      status: row.status,
      headers: row.headers ?? {},
      body: row.body === null ? null : ctx.secrets.open(row.body),
    };
  if (row?.appliedAt && row.lockedUntilAt <= ctx.clock.now()) throw new Problem('outcome-unknown');
  throw inProgress();
}

/** Marks, in the transaction that carries the request out, that it took effect. Throws when someone else holds the key now. */
export async function markApplied(ctx: AppContext, claim: Claim): Promise<void> {
  const marked = await ctx.db
    .update(idempotencyKeys)
    .set({ appliedAt: ctx.clock.now(), requestHash: claim.hash.whole() ?? claim.hash.early })
    .where(held(claim))
    .returning({ key: idempotencyKeys.key });
  if (marked.length === 0) throw inProgress();
}

/** Keeps the answer, sealed: it may hold a secret that is shown only once. */
export async function completeKey(ctx: AppContext, claim: Claim, answer: StoredAnswer): Promise<void> {
  const now = ctx.clock.now();
  const body = answer.body === null ? null : ctx.secrets.seal(answer.body);
  await ctx.db
    .update(idempotencyKeys)
    .set({ ...answer, body, requestHash: claim.hash.whole()!, completedAt: now, lockedUntilAt: now })
    .where(held(claim));
}

/** Nothing took effect: the key is free again. Something did: it stays, and says that the outcome is unknown. */
export async function releaseKey(ctx: AppContext, claim: Claim): Promise<void> {
  const freed = await ctx.db
    .delete(idempotencyKeys)
    .where(and(held(claim), isNull(idempotencyKeys.appliedAt)))
    .returning({ key: idempotencyKeys.key });
  if (freed.length === 0)
    await ctx.db.update(idempotencyKeys).set({ lockedUntilAt: ctx.clock.now() }).where(held(claim));
}

const named = ({ userId, route, key }: KeyName) =>
  and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.route, route), eq(idempotencyKeys.key, key));

const held = (claim: Claim) =>
  and(named(claim), eq(idempotencyKeys.lockedUntilAt, claim.lockedUntilAt), isNull(idempotencyKeys.completedAt));

const inProgress = (): Problem => new Problem('request-in-progress', { headers: { 'Retry-After': '1' } });
