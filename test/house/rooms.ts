/** Where a room stands: it may import what stands lower, never a neighbour. Files of src itself are named with their ending. */
const rings: string[][] = [
  ['platform'],
  ['config.ts'],
  ['db', 'channels/evolution', 'channels/email', 'channels/dns', 'channels/sms', 'channels/webhooks'],
  ['context.ts'],
  ['door.ts'],
  ['settings'],
  ['live', 'mails', 'presence', 'vault'],
  ['accounts'],
  ['customers', 'credits', 'instances', 'windows'],
  ['files', 'countries'],
  ['personalisation'],
  ['messages', 'emails', 'sms'],
  ['templates'],
  ['campaigns'],
  ['conversations', 'webhooks/inbound/sns'],
  ['appointments'],
  [
    'activities',
    'journey',
    'logs',
    'reports',
    'admin',
    'operations',
    'metrics',
    'console',
    'webhooks/inbound/evolution',
    'webhooks/inbound/ses',
    'webhooks/inbound/sms',
    'webhooks/outbound',
  ],
  ['archive'],
];

/** Below everything that is put together in src itself: app.ts, worker.ts, main.ts and the like. */
export const TOP = rings.length;

const ringOf = new Map(rings.flatMap((rooms, ring) => rooms.map((room) => [room, ring] as const)));

export type Place = { room: string; ring: number };

/** The room of a file, by its path; null for files that belong to none (tests, the simulator, configuration). */
export function placeOf(path: string): Place | null {
  const [, tree, rest] = /^(src|webhooks)\/(.+)$/.exec(path) ?? [];
  if (!tree || !rest) return null;
  const parts = (tree === 'webhooks' ? path : rest).split('/').slice(0, -1);
  if (parts.length === 0) return { room: rest, ring: ringOf.get(rest) ?? TOP };
  const room = [3, 2, 1].map((length) => parts.slice(0, length).join('/')).find((name) => ringOf.has(name));
  return room === undefined ? null : { room, ring: ringOf.get(room)! };
}
