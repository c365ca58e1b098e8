import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { provideTemplates } from './provide-templates.ts';

/** Adds back what is missing of the templates that come with an account; what is there stays as it is. Answers how many. */
export const restoreProvided = (ctx: OrgContext): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const { locale: language } = await readSendingRules(ctx, ctx.userId);
    const added = await provideTemplates(ctx, { organizationId, language });
    await recordActivity(ctx, {
      verb: 'templates.provide',
      subjectType: 'organization',
      subjectId: organizationId,
      details: { added },
    });
    return added;
  });
