import { isNotNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { mails } from '#src/db/schema/emails.ts';
import { newId } from '#src/platform/ids.ts';
import type { Language } from '#src/platform/language.ts';
import type { MailAddition } from './compose-mail.ts';
import { sendMailJob } from './jobs.ts';
import type { MailData, MailKind } from './mail-data.ts';

export type NewMail<K extends MailKind = MailKind> = {
  kind: K;
  organizationId: string | null;
  language: Language;
  address: string;
  data: MailData[K];
  addition?: MailAddition | undefined;
};

/** Has one of the system's mails sent, once the surrounding transaction has committed. What it says is kept encrypted until then. */
export async function queueMail<K extends MailKind>(ctx: AppContext, mail: NewMail<K>): Promise<string> {
  return (await queueMailOnce(ctx, mail, null))!;
}

/** The same, but once for this key, however often it is asked for; null: it was already. */
export async function queueMailOnce<K extends MailKind>(
  ctx: AppContext,
  { data, addition, ...mail }: NewMail<K>,
  onceKey: string | null,
): Promise<string | null> {
  const sealed = ctx.secrets.seal(JSON.stringify(data));
  const kept = addition ? { sealed, addition: ctx.secrets.seal(JSON.stringify(addition)) } : { sealed };
  const [added] = await ctx.db
    .insert(mails)
    .values({ id: newId(), ...mail, onceKey, data: kept, createdAt: ctx.clock.now() })
    .onConflictDoNothing({ target: mails.onceKey, where: isNotNull(mails.onceKey) })
    .returning({ id: mails.id });
  if (!added) return null;
  await ctx.jobs.send(sendMailJob, { mailId: added.id });
  return added.id;
}
