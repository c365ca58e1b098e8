import type { z } from '@hono/zod-openapi';
import { and, desc, eq, isNull } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { checkAudience } from '#src/customers/audience-query.ts';
import { instances } from '#src/db/schema/instances.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import type { TemplateRef } from '#src/templates/template.ts';
import { readSendingRules, type SendingRules } from '#src/windows/read-sending-rules.ts';
import { EMAIL_ONLY } from './email-schemas.ts';
import { fillFromTemplate } from './fill-from-template.ts';
import { TEXT_LIMIT } from './plan-messages.ts';
import { type Content, readContent } from './read-content.ts';
import { readDelay } from './read-delay.ts';
import { readTimes, type Times } from './read-times.ts';
import { refuseFields } from './refuse-fields.ts';
import type { CampaignIn } from './schemas.ts';

export type CampaignInput = z.output<typeof CampaignIn>;
/** Whatever a template brings is in it. */
export type FilledInput = Omit<CampaignInput, 'templateId'>;
type Instance = typeof instances.$inferSelect;

/** A WhatsApp campaign's body, checked against everything but its recipients. */
export type Draft = Content &
  Times & {
    input: FilledInput;
    template: TemplateRef | null;
    instance: Instance;
    rules: SendingRules;
    delay: { minSeconds: number; maxSeconds: number };
  };

/** Throws a 400 with a path for whatever is wrong with the content, the audience's ids or the times; 409 without a number. */
export async function draftCampaign(ctx: OrgContext, given: CampaignInput): Promise<Draft> {
  refuseFields(given, EMAIL_ONLY, 'email');
  const { input, template } = await fillFromTemplate(ctx, 'whatsapp', given);
  const content = await readContent(ctx, { ...input, variants: input.variants?.map(({ text }) => text) });
  await checkAudience(ctx, input.audience);
  const rules = await readSendingRules(ctx, ctx.userId);
  const times = readTimes(ctx, rules.startWindow, input);
  return {
    input,
    template,
    instance: await readInstance(ctx, input.instanceId),
    ...content,
    rules,
    delay: readDelay(rules, input.delay),
    ...times,
  };
}

/** Throws when the longest rendering is more than WhatsApp takes. */
export function requireTextFits(longestText: number): void {
  if (longestText <= TEXT_LIMIT) return;
  throw invalid('text', {
    en: `At most ${TEXT_LIMIT} characters; for the longest recipient it has ${longestText}`,
    tr: `En çok ${TEXT_LIMIT} karakter; en uzun alıcıda ${longestText} karakter oluyor`,
  });
}

async function readInstance(ctx: OrgContext, instanceId: string | undefined): Promise<Instance> {
  const [instance] = await ctx.db
    .select()
    .from(instances)
    .where(
      and(
        eq(instances.organizationId, ctx.organizationId),
        isNull(instances.deletedAt),
        isNull(instances.deletingAt),
        instanceId ? eq(instances.id, instanceId) : eq(instances.userId, ctx.userId),
      ),
    )
    .orderBy(desc(instances.id))
    .limit(1);
  if (instance && (instance.userId === ctx.userId || ctx.role === 'owner')) return instance;
  if (instanceId)
    throw invalid('instanceId', { en: 'No such WhatsApp connection', tr: 'Böyle bir WhatsApp bağlantısı yok' });
  throw new Problem('instance-not-open', {
    detail: { en: 'Connect a WhatsApp number first', tr: 'Önce bir WhatsApp numarası bağlayın' },
  });
}
