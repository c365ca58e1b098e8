import type { z } from '@hono/zod-openapi';
import { and, desc, eq, isNull } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { checkAudience } from '#src/customers/audience-query.ts';
import { instances } from '#src/db/schema/instances.ts';
import type { Media } from '#src/files/media.ts';
import { readMedia } from '#src/files/read-media.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { type PersonalisedText, parsePersonalised } from '#src/templates/personalisation.ts';
import { readSendingRules, type SendingRules } from '#src/windows/read-sending-rules.ts';
import { nextOpening } from '#src/windows/sending-window.ts';
import { TEXT_LIMIT } from './plan-messages.ts';
import type { CampaignIn } from './schemas.ts';

export type CampaignInput = z.output<typeof CampaignIn>;
type Instance = typeof instances.$inferSelect;

/** A campaign's body, checked against everything but its recipients. */
export type Draft = {
  input: CampaignInput;
  instance: Instance;
  text: string | null;
  template: PersonalisedText | null;
  media: Media[];
  rules: SendingRules;
  delay: { minSeconds: number; maxSeconds: number };
  /** What was asked for. */
  startAt: Date;
  /** The first open instant from there. */
  startsAt: Date;
};

const LATEST_START_DAYS = 366;

/** Throws a 400 with a path for whatever is wrong with the content, the audience's ids or the times; 409 without a number. */
export async function draftCampaign(ctx: OrgContext, input: CampaignInput): Promise<Draft> {
  if (input.channel === 'email')
    throw invalid('channel', {
      en: 'Email campaigns are not available yet',
      tr: 'E-posta kampanyaları henüz kullanılamıyor',
    });
  const { text, template } = readText(input.text ?? null);
  const media = await readMedia(ctx, input.mediaIds ?? []);
  if (text === null && media.length === 0)
    throw invalid('text', { en: 'Give a text, media or both', tr: 'Metin, medya ya da ikisini verin' });
  await checkAudience(ctx, input.audience);
  const rules = await readSendingRules(ctx, ctx.userId);
  const times = readTimes(ctx, input, rules);
  return {
    input,
    instance: await readInstance(ctx, input.instanceId),
    text,
    template,
    media,
    rules,
    delay: readDelay(ctx, input, rules),
    ...times,
  };
}

function readText(given: string | null): { text: string | null; template: PersonalisedText | null } {
  if (given === null || given.trim() === '') return { text: null, template: null };
  const parsed = parsePersonalised(given);
  if (!parsed.ok) throw invalid('text', parsed.error);
  return { text: given, template: parsed.template };
}

/** Throws when the longest rendering is more than WhatsApp takes. */
export function requireTextFits(longestText: number): void {
  if (longestText <= TEXT_LIMIT) return;
  throw invalid('text', {
    en: `At most ${TEXT_LIMIT} characters; for the longest recipient it has ${longestText}`,
    tr: `En çok ${TEXT_LIMIT} karakter; en uzun alıcıda ${longestText} karakter oluyor`,
  });
}

function readTimes(ctx: OrgContext, input: CampaignInput, rules: SendingRules): { startAt: Date; startsAt: Date } {
  const now = ctx.clock.now();
  const startAt = input.startAt === null ? now : new Date(input.startAt);
  if (startAt.getTime() > now.getTime() + LATEST_START_DAYS * 86_400_000)
    throw invalid('startAt', { en: 'At most a year ahead', tr: 'En çok bir yıl sonrası olabilir' });
  const startsAt = nextOpening(rules.window, startAt > now ? startAt : now);
  if (!startsAt)
    throw invalid('startAt', { en: 'Your sending window never opens', tr: 'Gönderim saatleriniz hiç açılmıyor' });
  return { startAt, startsAt };
}

function readDelay(ctx: OrgContext, input: CampaignInput, rules: SendingRules) {
  if (!input.delay) return { minSeconds: rules.delayMinSeconds, maxSeconds: rules.delayMaxSeconds };
  const floor = ctx.config.sendDelayFloorSeconds;
  if (input.delay.minSeconds < floor)
    throw invalid('delay.minSeconds', { en: `At least ${floor}`, tr: `En az ${floor}` });
  return input.delay;
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
