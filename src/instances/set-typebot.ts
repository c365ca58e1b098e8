import type { z } from '@hono/zod-openapi';
import { eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import type { Typebot } from '#src/channels/evolution/integration-client.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import type { Language, Text } from '#src/platform/language.ts';
import { requireFeature } from '#src/settings/require-feature.ts';
import { findTypebot, OUR_BOT } from './find-typebot.ts';
import type { TypebotIn } from './integration-schemas.ts';
import { openIntegrations } from './open-integrations.ts';
import { readIntegrationUrl } from './read-integration-url.ts';
import { takenOf } from './taken-of.ts';

const FINISH: Text = { tr: 'bitir', en: 'finish' };
const UNKNOWN: Text = {
  tr: 'Sizi tam anlayamadım, başka türlü yazar mısınız?',
  en: 'I did not quite understand, could you put it differently?',
};

/**
 * Lets a Typebot answer for the connection, at Evolution: one of ours, in the place of an earlier one; nothing of it is kept here. Throws a
 * 400 at `url`, `integration-off`, `already-exists` when a bot of somebody else has the same trigger, or `whatsapp-unavailable`.
 */
export async function setTypebot(ctx: OrgContext, id: string, input: z.output<typeof TypebotIn>): Promise<Typebot> {
  await requireFeature(ctx, 'integrations');
  const open = await openIntegrations(ctx, id);
  const { instance, client } = open;
  const url = await readIntegrationUrl(ctx, input.url);
  const language = await readLanguage(ctx, instance.userId);
  const { finishWord = FINISH[language], unknownMessage = UNKNOWN[language], ...same } = input;
  const typebot: Typebot = { ...same, url, finishWord, unknownMessage, description: OUR_BOT };
  const before = await findTypebot(ctx, open);
  await inTransaction(ctx, (ctx) =>
    recordActivity(ctx, {
      verb: 'instances.set-integration',
      subjectType: 'instance',
      subjectId: id,
      details: { integration: 'typebot', url, typebot: input.typebot, enabled: input.enabled },
      changes: changesOf(before ?? {}, typebot, Object.keys(typebot) as (keyof Typebot)[]),
    }),
  );
  const name = instance.providerName;
  const set = before ? client.updateTypebot(name, before.id, typebot) : client.createTypebot(name, typebot);
  takenOf(ctx, instance, await set);
  return typebot;
}

/** It speaks to customers in the language of whoever's number it is. */
async function readLanguage(ctx: OrgContext, userId: string): Promise<Language> {
  const { locale } = userSettings;
  const [row] = await ctx.db.select({ locale }).from(userSettings).where(eq(userSettings.userId, userId));
  return row?.locale ?? 'tr';
}
