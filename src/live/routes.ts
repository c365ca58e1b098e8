import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import type { LiveHub } from './live-hub.ts';
import { parsePosition } from './position.ts';

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // proxies pass events on as they come
  'X-Accel-Buffering': 'no',
};

export const liveRoutes = (hub: LiveHub): Route<OrgContext>[] => [
  defineRoute(
    {
      method: 'get',
      path: '/v1/events',
      summary: 'What happens, as it happens (Server-Sent Events)',
      description:
        'The data is JSON. Of messages: `message.received`, `message.sent`, `message.status-changed`, `message.edited`, ' +
        '`message.recalled`, `message.attachment-changed`, `sms.status-changed`; of conversations: `conversation.changed`, `conversation.typing`, `conversation.note-added`; of campaigns: `campaign.progress`, ' +
        '`campaign.started`, `campaign.paused`, `campaign.resumed`, `campaign.completed`, `campaign.cancelled`, `campaign.failed`, ' +
        '`campaign.recall-progress`; of numbers: `instance.status-changed`, `instance.qr-updated`, `instance.health-changed`; of ' +
        'customers: `customer.opted-out`, `customer.unsubscribed`, `import.progress`; of the account: `credits.changed`, `credits.low`, `user.banned`, `platform-settings.changed` (admins), ' +
        '`user.unbanned`, `user.deleted`, `sending-identity.status`, `webhook-endpoint.disabled`, `export.progress`, `archive-import.progress`; to platform admins: `ledger.differs`. Send ' +
        '`Last-Event-ID` to go on where a stream broke off; events are kept for an hour.',
      tag: 'Live',
      access: 'user',
      scope: 'events:read',
      answer: { status: 200, description: 'A stream that stays open' },
      alsoProduces: ['text/event-stream'],
    },
    async ({ ctx, request }) => {
      if (request.method === 'HEAD') return new Response(null, { headers: HEADERS });
      const client = await hub.open(ctx, parsePosition(request.headers.get('last-event-id')));
      return new Response(client.stream, { headers: HEADERS });
    },
  ),
];
