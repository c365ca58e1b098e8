import type { z } from '@hono/zod-openapi';
import type { Chatwoot, Typebot } from '#src/channels/evolution/integration-client.ts';
import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { findChatwoot } from './find-chatwoot.ts';
import { findTypebot } from './find-typebot.ts';
import { ChatwootIn, ChatwootOut, TypebotIn, TypebotOut } from './integration-schemas.ts';
import { openIntegrations } from './open-integrations.ts';
import { removeIntegration } from './remove-integration.ts';
import { setChatwoot } from './set-chatwoot.ts';
import { setTypebot } from './set-typebot.ts';

const CHATWOOT = '/v1/instances/{id}/integrations/chatwoot';
const TYPEBOT = '/v1/instances/{id}/integrations/typebot';
const shared = { tag: 'Integrations', access: 'user', params: IdParams } as const;
const asked = ['integration-off', 'instance-not-open', 'whatsapp-unavailable'] as const;
const ownerOnly = 'The owner’s, signed in himself. Kept by the WhatsApp server, not here.';

const presentChatwoot = (chatwoot: Chatwoot | null): z.input<typeof ChatwootOut> => ({
  name: 'chatwoot',
  enabled: chatwoot?.enabled ?? false,
  settings: chatwoot && { ...chatwoot, token: mask(chatwoot.token) },
});

/** Four signs of a short one would be too much. */
const mask = (token: string): string => `••••${token.length >= 12 ? token.slice(-4) : ''}`;

const presentTypebot = (typebot: Typebot | null): z.input<typeof TypebotOut> => ({
  name: 'typebot',
  enabled: typebot?.enabled ?? false,
  settings: typebot,
});

const readChatwoot = defineRoute(
  {
    ...shared,
    method: 'get',
    path: CHATWOOT,
    summary: 'How a connection is joined to Chatwoot',
    description: ownerOnly,
    answer: { status: 200, schema: ChatwootOut },
    problems: [...asked],
  },
  async ({ ctx, params }) => presentChatwoot(await findChatwoot(ctx, await openIntegrations(ctx, params.id))),
);

const putChatwoot = defineRoute(
  {
    ...shared,
    method: 'put',
    path: CHATWOOT,
    summary: 'Join a connection to Chatwoot',
    description: ownerOnly,
    body: ChatwootIn,
    answer: { status: 200, schema: ChatwootOut },
    problems: [...asked],
  },
  async ({ ctx, params, body }) => presentChatwoot(await setChatwoot(ctx, params.id, body)),
);

const deleteChatwoot = defineRoute(
  {
    ...shared,
    method: 'delete',
    path: CHATWOOT,
    summary: 'Part a connection from Chatwoot; the token is overwritten',
    answer: { status: 204 },
    problems: [...asked],
  },
  ({ ctx, params }) => removeIntegration(ctx, params.id, 'chatwoot'),
);

const readTypebot = defineRoute(
  {
    ...shared,
    method: 'get',
    path: TYPEBOT,
    summary: 'Which Typebot answers for a connection',
    description: ownerOnly,
    answer: { status: 200, schema: TypebotOut },
    problems: [...asked],
  },
  async ({ ctx, params }) => presentTypebot(await findTypebot(ctx, await openIntegrations(ctx, params.id))),
);

const putTypebot = defineRoute(
  {
    ...shared,
    method: 'put',
    path: TYPEBOT,
    summary: 'Let a Typebot answer for a connection',
    description: `${ownerOnly} Bots that were set up there by other means stay.`,
    body: TypebotIn,
    answer: { status: 200, schema: TypebotOut },
    problems: [...asked, 'already-exists'],
  },
  async ({ ctx, params, body }) => presentTypebot(await setTypebot(ctx, params.id, body)),
);

const deleteTypebot = defineRoute(
  {
    ...shared,
    method: 'delete',
    path: TYPEBOT,
    summary: 'Let the Typebot go',
    answer: { status: 204 },
    problems: [...asked],
  },
  ({ ctx, params }) => removeIntegration(ctx, params.id, 'typebot'),
);

export const integrationRoutes: Route<OrgContext>[] = [
  readChatwoot,
  putChatwoot,
  deleteChatwoot,
  readTypebot,
  putTypebot,
  deleteTypebot,
];
