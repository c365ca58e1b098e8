import type { AppContext } from '#src/context.ts';
import { mails } from '#src/db/schema/emails.ts';
import { newId } from '#src/platform/ids.ts';
import type { Language } from '#src/platform/language.ts';
import { sendMailJob } from './jobs.ts';
import type { MailData, MailKind } from './mail-data.ts';

export type NewMail<K extends MailKind = MailKind> = {
  kind: K;
  organizationId: string | null;
  language: Language;
  address: string;
  data: MailData[K];
};

/** Has one of the system's mails sent, once the surrounding transaction has committed. What it says is kept encrypted until then. */
export async function queueMail<K extends MailKind>(ctx: AppContext, { data, ...mail }: NewMail<K>): Promise<string> {
  const id = newId();
  const sealed = ctx.secrets.seal(JSON.stringify(data));
  await ctx.db.insert(mails).values({ id, ...mail, data: { sealed }, createdAt: ctx.clock.now() });
  await ctx.jobs.send(sendMailJob, { mailId: id });
  return id;
}
