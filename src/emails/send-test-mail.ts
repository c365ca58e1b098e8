import type { OrgContext } from '#src/context.ts';
import { newId } from '#src/platform/ids.ts';
import type { Language, Text } from '#src/platform/language.ts';
import { Problem } from '#src/platform/problem.ts';
import type { CompiledContent } from './compose-content.ts';
import { createSkeleton } from './create-skeleton.ts';
import { judgeSend } from './judge-send.ts';
import type { MailAddressee } from './mail-values.ts';
import type { Identity } from './require-identity.ts';
import { takeTokens } from './take-tokens.ts';

export type TestMail = {
  content: Omit<CompiledContent, 'warnings' | 'source'>;
  identity: Identity;
  /** Whose values fill it; `address` is where it goes. */
  addressee: Omit<MailAddressee, 'recipientId'>;
};
/** What became of it. `failed`: certainly not taken. */
export type TestOutcome = {
  address: string;
  subject: string;
  status: 'sent' | 'failed' | 'unknown';
  reason: string | null;
  /** What the server said. */
  code: string | null;
};

const MARKS: Record<Language, string> = { tr: '[Deneme]', en: '[Test]' };

/**
 * Sends one mail at once, marked as a test, and waits for what the carrier says: it belongs to no campaign, is counted nowhere, and its
 * links lead where they say. 503 while the carrier takes nothing.
 */
export async function sendTestMail(ctx: OrgContext, { content, identity, addressee }: TestMail): Promise<TestOutcome> {
  const carrier = ctx.carriers.of(identity);
  const { closed } = await takeTokens(ctx, carrier, 1);
  if (closed) throw new Problem('unavailable', { detail: busy });
  const marked = { ...content, id: newId(), subject: `${MARKS[content.language]} ${content.subject}` };
  const { compose } = createSkeleton(ctx, { campaign: null, content: marked, identity, carrier });
  const mail = compose({ ...addressee, recipientId: newId() });
  const outcome = await carrier.send(mail);
  const { status, reason, code } = judgeSend(outcome, 0);
  return {
    address: addressee.address,
    subject: mail.subject,
    status: status === 'queued' ? 'failed' : status,
    reason,
    code,
  };
}

const busy: Text = {
  en: 'The mail carrier takes nothing at the moment; try again soon',
  tr: 'E-posta servisi şu anda gönderim kabul etmiyor; birazdan yeniden deneyin',
};
