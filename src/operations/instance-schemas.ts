import { z } from '@hono/zod-openapi';
import { instanceStatuses } from '#src/db/schema/instances.ts';
import { Id, InstantOut, PageQuery, pageOf } from '#src/platform/schemas.ts';
import type { InstanceLine } from './list-instances.ts';

export const AllInstancesQuery = PageQuery.extend({
  status: z.enum(instanceStatuses).optional(),
  serverId: Id.optional(),
  organizationId: Id.optional(),
  userId: Id.optional(),
  moving: z.enum(['true', 'false']).optional(),
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Words of number, organization and user' }),
});

export const MoveBody = z.strictObject({ serverId: Id }).openapi('MoveInstance');

export const InstanceLineOut = z
  .object({
    id: Id,
    name: z.string(),
    phone: z.string().nullable(),
    profileName: z.string().nullable(),
    status: z.enum(instanceStatuses),
    statusReason: z.string().nullable(),
    disconnectCode: z.int().nullable(),
    organization: z.object({ id: Id, name: z.string() }),
    user: z.object({ id: Id, name: z.string(), email: z.string() }),
    server: z.object({ id: Id, url: z.string() }),
    move: z
      .object({ toServerId: Id, since: InstantOut })
      .nullable()
      .openapi({ description: 'It waits for what is on the wire or in doubt; nothing is sent meanwhile' }),
    leftovers: z
      .int()
      .nonnegative()
      .openapi({ description: 'What it has left on former servers and is not gone there yet' }),
    statusChangedAt: InstantOut,
    connectedAt: InstantOut.nullable(),
    numberSince: InstantOut.nullable(),
    checkedAt: InstantOut.nullable(),
    createdAt: InstantOut,
  })
  .openapi('AdminInstance');
export const InstanceLinePage = pageOf(InstanceLineOut);

const instant = (at: string) => new Date(at).toISOString();
const maybe = (at: string | null) => (at === null ? null : instant(at));

export const presentInstanceLine = (row: InstanceLine): z.input<typeof InstanceLineOut> => ({
  id: row.id,
  name: row.name,
  phone: row.phone,
  profileName: row.profile_name,
  status: row.status,
  statusReason: row.status_reason,
  disconnectCode: row.disconnect_code,
  organization: { id: row.organization_id, name: row.organization },
  user: { id: row.user_id, name: row.user_name, email: row.email },
  server: { id: row.server_id, url: row.server_url },
  move: row.moving_to === null ? null : { toServerId: row.moving_to, since: instant(row.moving_since!) },
  leftovers: row.leftovers,
  statusChangedAt: instant(row.status_changed_at),
  connectedAt: maybe(row.connected_at),
  numberSince: maybe(row.number_since_at),
  checkedAt: maybe(row.checked_at),
  createdAt: instant(row.created_at),
});
