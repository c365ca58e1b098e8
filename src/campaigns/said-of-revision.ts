import { inArray } from 'drizzle-orm';
import { type Changes, changesOf } from '#src/accounts/changes-of.ts';
import type { OrgContext } from '#src/context.ts';
import type { campaigns } from '#src/db/schema/campaigns.ts';
import { emailContents } from '#src/db/schema/emails.ts';
import type { Campaign } from './campaign.ts';

type Row = Partial<typeof campaigns.$inferInsert>;

/** What a revision changed, for the audit trail: of a mail its words, not which row they are in. */
export async function saidOfRevision(ctx: OrgContext, before: Campaign, row: Row): Promise<Changes> {
  const { emailContentId, ...rest } = row;
  const changes = changesOf<Campaign>(before, rest, Object.keys(rest) as (keyof Campaign)[]);
  if (!emailContentId || emailContentId === before.emailContentId) return changes;
  const contents = await ctx.db
    .select()
    .from(emailContents)
    .where(inArray(emailContents.id, [before.emailContentId!, emailContentId]));
  const [old, now] = [before.emailContentId, emailContentId].map((id) => contents.find((one) => one.id === id)!);
  return { ...changes, ...changesOf(old!, now!, ['language', 'subject', 'otherSubject', 'preheader', 'source']) };
}
