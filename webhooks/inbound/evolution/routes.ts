import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute, type PublicContext } from '#src/door.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { readJson } from '#src/platform/read-request.ts';
import type { Route } from '#src/platform/route.ts';
import { createInboundWriter } from './inbound-writer.ts';
import { isAboutOthers } from './read-news.ts';
import { readWebhook } from './read-webhook.ts';
import { createReceivers } from './receivers.ts';
import { createRepeats } from './repeats.ts';
import { verifyBearer } from './verify-bearer.ts';

/** What is applied later; anything else is answered and forgotten. */
export const usedEvents: ReadonlySet<string> = new Set([
  'connection.update',
  'qrcode.updated',
  'status.instance',
  'logout.instance',
  'remove.instance',
  'send.message',
  'messages.update',
  'messages.upsert',
  'messages.edited',
  'messages.delete',
  'presence.update',
]);

const LIMIT_BYTES = 1024 * 1024;

/**
 * Evolution knocks. Stored and answered within milliseconds, or refused so that it comes again: 200 is "we have it, or do
 * not want it", 401 and 400 are final at Evolution, 503 (the database is away) is not.
 */
export function evolutionHookRoutes(): Route<OrgContext>[] {
  const [receivers, writer, repeats] = [createReceivers(), createInboundWriter(), createRepeats()];

  async function receive(ctx: PublicContext, secret: string, request: Request): Promise<void> {
    const receiver = await receivers.find(ctx, secret);
    if (!receiver || !(await verifyBearer(request.headers.get('authorization'), receiver.jwtKey)))
      throw new Problem('unauthenticated');
    const webhook = readWebhook((await readJson(request, LIMIT_BYTES)).json);
    if (!webhook) throw invalid('event', { en: 'Not a webhook of Evolution', tr: 'Evolution web kancası değil' });
    const { instanceId, organizationId, providerName, deleted } = receiver;
    if (deleted || webhook.instance !== providerName || !usedEvents.has(webhook.event)) return;
    if (isAboutOthers(webhook.payload) || repeats.isRepeat(instanceId, webhook)) return;
    const { event, payload } = webhook;
    await writer.write(ctx, { instanceId, organizationId, providerName, event, payload, receivedAt: ctx.clock.now() });
  }

  return [
    definePublicRoute(
      {
        method: 'post',
        path: '/hooks/evolution/{secret}',
        summary: 'Evolution tells of connections and messages',
        tag: 'Webhooks in',
        params: z.object({ secret: z.string().min(1).max(200) }),
        answer: { status: 200, schema: z.object({ received: z.literal(true) }) },
        problems: ['unauthenticated', 'too-large', 'unsupported-media-type'],
      },
      async ({ ctx, params, request }) => {
        await receive(ctx, params.secret, request);
        return { received: true as const };
      },
    ),
  ];
}
