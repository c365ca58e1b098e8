import { and, eq, gt, like } from 'drizzle-orm';
import { type AppContext, outsideBelt } from '#src/context.ts';
import { verifications } from '#src/db/schema/accounts.ts';
import { hashSecret, newSecret } from '#src/platform/secret-box.ts';

/** What a link in a mail allows its reader to do, once. */
export type TokenPurpose = 'reset-password' | 'verify-address';

const nameOf = (purpose: TokenPurpose, token: string) => `${purpose}:${hashSecret(token)}`;

/** A secret for a link, kept only as a hash. Earlier ones for the same purpose and user are worth nothing from now on. */
export async function makeAccountToken(
  ctx: AppContext,
  purpose: TokenPurpose,
  userId: string,
  lifeMs: number,
): Promise<string> {
  const token = newSecret();
  const now = ctx.clock.now();
  const { db } = outsideBelt(ctx);
  await db
    .delete(verifications)
    .where(and(like(verifications.identifier, `${purpose}:%`), eq(verifications.value, userId)));
  await db.insert(verifications).values({
    identifier: nameOf(purpose, token),
    value: userId,
    expiresAt: new Date(now.getTime() + lifeMs),
    createdAt: now,
    updatedAt: now,
  });
  return token;
}

/** Whose token it is, using it up; null for one that is none, used or too old. */
export async function useAccountToken(ctx: AppContext, purpose: TokenPurpose, token: string): Promise<string | null> {
  const [used] = await outsideBelt(ctx)
    .db.delete(verifications)
    .where(valid(ctx, purpose, token))
    .returning();
  return used?.value ?? null;
}

/** Whether it would be taken now. */
export async function isAccountToken(ctx: AppContext, purpose: TokenPurpose, token: string): Promise<boolean> {
  return (await outsideBelt(ctx).db.$count(verifications, valid(ctx, purpose, token))) > 0;
}

const valid = (ctx: AppContext, purpose: TokenPurpose, token: string) =>
  and(eq(verifications.identifier, nameOf(purpose, token)), gt(verifications.expiresAt, ctx.clock.now()));
