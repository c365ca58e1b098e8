import { z } from '@hono/zod-openapi';
import { balanceOf } from '#src/credits/balance.ts';
import { instanceStatuses } from '#src/db/schema/instances.ts';
import { Id, InstantIn, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { UserRow } from './queries.ts';

export const UserQuery = PageQuery.extend({
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Words of the name, the email or the organization’s name.' }),
});

export const BanBody = z
  .strictObject({
    reason: z.string().trim().min(1).max(500),
    until: InstantIn.nullish().openapi({ description: 'Unset or null: until it is lifted' }),
  })
  .openapi('Ban');

export const AdminUser = z
  .object({
    id: Id,
    name: z.string(),
    email: z.string(),
    role: z.enum(['user', 'admin']),
    organization: z.object({ id: Id, name: z.string(), role: z.enum(['owner', 'consultant']) }).nullable(),
    banned: z.boolean(),
    banReason: z.string().nullable(),
    bannedUntil: InstantOut.nullable(),
    credits: z.object({ currentCredit: z.int(), heldCredit: z.int(), availableCredit: z.int() }),
    instance: z.object({ id: Id, status: z.enum(instanceStatuses), phone: z.string().nullable() }).nullable(),
    createdAt: InstantOut,
  })
  .openapi('AdminUser');
export const AdminUserPage = pageOf(AdminUser);

export function presentAdminUser(row: UserRow, now: Date): z.input<typeof AdminUser> {
  const { user, member, organization, account, instance } = row;
  const { current, held, available } = balanceOf(account ?? undefined);
  const banned = user.banned && (user.banExpires === null || user.banExpires > now);
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    role: user.role,
    organization: organization && member && { id: organization.id, name: organization.name, role: member.role },
    banned,
    banReason: banned ? user.banReason : null,
    bannedUntil: banned ? toInstant(user.banExpires) : null,
    credits: { currentCredit: current, heldCredit: held, availableCredit: available },
    instance: instance && { id: instance.id, status: instance.status, phone: instance.phone },
    createdAt: toInstant(user.createdAt),
  };
}
