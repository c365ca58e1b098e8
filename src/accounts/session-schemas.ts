import { z } from '@hono/zod-openapi';
import { Id, InstantOut, pageOf, toInstant } from '#src/platform/schemas.ts';
import { deviceOf } from '#src/presence/device.ts';
import { DeviceOut } from '#src/presence/device-out.ts';
import type { SessionRow } from './session-queries.ts';

const SessionRowOut = z
  .object({
    id: Id,
    device: DeviceOut,
    address: z.string().nullable().openapi({ description: 'Where it was used from last' }),
    openedFrom: z.string().nullable().openapi({ description: 'The address at which it was opened' }),
    createdAt: InstantOut,
    lastUsedAt: InstantOut.nullable().openapi({ description: 'To the minute; null: not since it was opened' }),
    expiresAt: InstantOut.openapi({ description: 'Put off while it is used' }),
    current: z.boolean().openapi({ description: 'The one that asks' }),
    impersonated: z.boolean().openapi({ description: 'A platform admin acts as the user in it' }),
    online: z.boolean(),
  })
  .openapi('SessionEntry');
export const SessionPage = pageOf(SessionRowOut).openapi('SessionPage');
export const EndedOut = z.object({ ended: z.int() }).openapi('EndedSessions');

export const SessionParams = z.strictObject({ sessionId: Id });
export const UserSessionParams = z.strictObject({ id: Id, sessionId: Id });

type Reader = { sessionId: string | null; clock: { now(): Date } };

export const presentSession = (row: SessionRow, reader: Reader): z.input<typeof SessionRowOut> => ({
  id: row.id,
  device: deviceOf(row.userAgent),
  address: row.lastAddress ?? row.ipAddress,
  openedFrom: row.ipAddress,
  createdAt: toInstant(row.createdAt),
  lastUsedAt: toInstant(row.lastUsedAt),
  expiresAt: toInstant(row.expiresAt),
  current: row.id === reader.sessionId,
  impersonated: row.impersonatedBy !== null,
  online: row.onlineUntilAt !== null && row.onlineUntilAt > reader.clock.now(),
});
