import { type AppContext, inTransaction } from '#src/context.ts';
import { queueMail } from '#src/mails/queue-mail.ts';
import { makeAccountToken } from './account-token.ts';
import { attemptKey, countAttempt } from './attempts.ts';
import { findCorrespondent } from './find-correspondent.ts';

const LIFE_MS = 3_600_000;
const ASKED = { most: 5, windowMs: 3_600_000 };
const ASKED_FROM = { most: 30, windowMs: 3_600_000 };

export type ResetRequest = { email: string };

/**
 * Mails a link to choose a new password by to whoever has an account with the address; tells nobody whether there is one. Throws
 * `rate-limited` after five an hour.
 */
export async function sendResetLink(
  ctx: AppContext & { address: string | null },
  { email }: ResetRequest,
  limited = true,
): Promise<void> {
  if (limited) {
    await countAttempt(ctx, attemptKey('reset-password-from', ctx.address), ASKED_FROM);
    await countAttempt(ctx, attemptKey('reset-password', email.toLowerCase()), ASKED);
  }
  const person = await findCorrespondent(ctx, { email });
  if (!person) return;
  const { userId, organizationId, name, language } = person;
  await inTransaction(ctx, async (ctx) => {
    const token = await makeAccountToken(ctx, 'reset-password', userId, LIFE_MS);
    const data = { name, url: `${ctx.publicUrl}/reset-password/${token}` };
    await queueMail(ctx, { kind: 'reset-password', organizationId, language, address: person.email, data });
  });
}
