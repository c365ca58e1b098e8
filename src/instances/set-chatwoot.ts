import type { z } from '@hono/zod-openapi';
import { recordActivity } from '#src/accounts/record-activity.ts';
import type { Chatwoot } from '#src/channels/evolution/integration-client.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { invalid } from '#src/platform/problem.ts';
import { requireFeature } from '#src/settings/require-feature.ts';
import { findChatwoot } from './find-chatwoot.ts';
import type { ChatwootIn } from './integration-schemas.ts';
import { type Integrated, openIntegrations } from './open-integrations.ts';
import { readIntegrationUrl } from './read-integration-url.ts';
import { takenOf } from './taken-of.ts';

/**
 * Joins the connection to a Chatwoot account, at Evolution; nothing of it is kept here. A token left out stays, but never goes to another
 * URL than it was given for. Throws a 400 with a path, `integration-off`, `instance-not-open` or `whatsapp-unavailable`.
 */
export async function setChatwoot(ctx: OrgContext, id: string, input: z.output<typeof ChatwootIn>): Promise<Chatwoot> {
  await requireFeature(ctx, 'integrations');
  const open = await openIntegrations(ctx, id);
  const { instance, client } = open;
  const url = await readIntegrationUrl(ctx, input.url);
  const token = input.token ?? (await keptToken(ctx, open, url));
  const { inboxName = instance.name ?? 'WhatsApp', signDelimiter = null, ...same } = input;
  const chatwoot: Chatwoot = { ...same, url, token, inboxName, signDelimiter };
  // written down first: whether it took effect, a lost answer does not tell
  await inTransaction(ctx, (ctx) =>
    recordActivity(ctx, {
      verb: 'instances.set-integration',
      subjectType: 'instance',
      subjectId: id,
      details: { integration: 'chatwoot', url, enabled: input.enabled },
    }),
  );
  takenOf(ctx, instance, await client.setChatwoot(instance.providerName, chatwoot));
  return chatwoot;
}

async function keptToken(ctx: OrgContext, open: Integrated, url: string): Promise<string> {
  const before = await findChatwoot(ctx, open);
  if (before?.url === url) return before.token;
  throw invalid('token', {
    en: before ? 'Give the token again for another URL' : 'Give a token',
    tr: before ? 'Başka bir adres için anahtarı yeniden verin' : 'Bir erişim anahtarı verin',
  });
}
