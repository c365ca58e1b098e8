import { type AppContext, inTransaction } from '#src/context.ts';
import { queueMail } from '#src/mails/queue-mail.ts';
import { makeAccountToken } from './account-token.ts';
import { attemptKey, countAttempt } from './attempts.ts';
import { findCorrespondent } from './find-correspondent.ts';

const LIFE_MS = 86_400_000;
const ASKED = { most: 5, windowMs: 3_600_000 };

/** Mails a link to verify his address by, unless it is verified. Throws `rate-limited` after five an hour. */
export async function sendVerification(ctx: AppContext, userId: string): Promise<void> {
  const person = await findCorrespondent(ctx, { userId });
  if (!person || person.emailVerified) return;
  await countAttempt(ctx, attemptKey('verify-address', userId), ASKED);
  const { organizationId, name, language, email: address } = person;
  await inTransaction(ctx, async (ctx) => {
    const token = await makeAccountToken(ctx, 'verify-address', userId, LIFE_MS);
    const data = { name, url: `${ctx.publicUrl}/verify-address/${token}` };
    await queueMail(ctx, { kind: 'verify-address', organizationId, language, address, data });
  });
}
