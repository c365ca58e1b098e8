import { z } from '@hono/zod-openapi';
import { balanceOf } from '#src/credits/balance.ts';
import { memberRoles, userRoles } from '#src/db/schema/accounts.ts';
import { instanceStatuses } from '#src/db/schema/instances.ts';
import { Id, InstantIn, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { UserRow } from './queries.ts';
import { directions, userSorts } from './user-order.ts';

const Flag = z.enum(['true', 'false']).optional();
const Email = z.email().max(254);
const Name = z.string().trim().min(1).max(120);

const filters = {
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Words of the name, the email or the organization’s name, whatever their letters.' }),
  role: z.enum(userRoles).optional(),
  banned: Flag,
  verified: Flag.openapi({ description: 'Whether the address is known to be his' }),
  hasInstance: Flag.openapi({ description: 'Whether he has a WhatsApp connection, open or not' }),
  organizationId: Id.optional(),
  createdFrom: InstantIn.optional(),
  createdTo: InstantIn.optional().openapi({ description: 'The first instant that is left out' }),
};
export const UserCountQuery = z.strictObject(filters);
export const UserQuery = PageQuery.extend({
  ...filters,
  sort: z.enum(userSorts).default('newest').openapi({
    description:
      '`credits`: what is available; `lastSeen`: by a request or a key of his own; `sentThisMonth`: counted within a minute',
  }),
  order: z
    .enum(directions)
    .optional()
    .openapi({ description: 'Unset: names from A to Z, everything else from the most' }),
});

const flagOf = (flag: 'true' | 'false' | undefined): boolean | undefined =>
  flag === undefined ? undefined : flag === 'true';
const instantOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

/** Words of a query as the reads take them. */
export const filterOf = <Q extends z.output<typeof UserCountQuery>>(query: Q) => ({
  ...query,
  banned: flagOf(query.banned),
  verified: flagOf(query.verified),
  hasInstance: flagOf(query.hasInstance),
  createdFrom: instantOf(query.createdFrom),
  createdTo: instantOf(query.createdTo),
});

export const UserCountsOut = z
  .object({
    total: z.int(),
    active: z.int().openapi({ description: 'Not banned' }),
    banned: z.int(),
    admins: z.int(),
    verified: z.int(),
    unverified: z.int(),
    withInstance: z.int(),
  })
  .openapi('AdminUserCounts');

export const BanBody = z
  .strictObject({
    reason: z.string().trim().min(1).max(500).openapi({ description: 'The user reads it when he tries to sign in' }),
    until: InstantIn.nullish().openapi({ description: 'Unset or null: until it is lifted' }),
  })
  .openapi('Ban');

export const NewUserBody = z
  .strictObject({
    email: Email,
    name: Name,
    language: z.enum(['tr', 'en']).default('tr').openapi({ description: 'Of the mail, and of his settings' }),
    role: z.enum(userRoles).default('user').openapi({ description: 'On the platform' }),
    organizationId: Id.nullish().openapi({ description: 'Unset or null: an organization of his own' }),
    organizationRole: z.enum(memberRoles).nullish().openapi({ description: 'In that organization; unset: consultant' }),
    organizationName: Name.nullish().openapi({ description: 'Of his own organization; unset: as he is called' }),
  })
  .openapi('NewAdminUser');

export const UserChangeBody = z
  .strictObject({
    name: Name.optional(),
    email: Email.optional().openapi({ description: 'Has to be verified again: the link is mailed there' }),
    role: z.enum(userRoles).optional().openapi({ description: 'On the platform; the last admin keeps his' }),
    organizationRole: z.enum(memberRoles).optional().openapi({ description: 'The last owner stays one' }),
  })
  .openapi('AdminUserChange');

export const ImpersonationBody = z
  .strictObject({
    reason: z.string().trim().min(1).max(500).nullish().openapi({ description: 'Kept with the activity' }),
  })
  .openapi('Impersonation');
export const ImpersonationSession = z
  .object({ token: z.string(), userId: Id, until: InstantOut })
  .openapi('ImpersonationSession', {
    description: 'Send the token as `Authorization: Bearer …`; `/v1/me` then says `impersonation`',
  });

export const MailedResetLink = z
  .object({
    mailedTo: z.string(),
    note: z.string().openapi({ description: 'That nothing ends before the link is used, in the reader’s language' }),
  })
  .openapi('MailedResetLink');

export const userFields = {
  id: Id,
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  role: z.enum(userRoles),
  organization: z.object({ id: Id, name: z.string(), role: z.enum(memberRoles) }).nullable(),
  banned: z.boolean(),
  banReason: z.string().nullable(),
  bannedUntil: InstantOut.nullable(),
  instance: z.object({ id: Id, status: z.enum(instanceStatuses), phone: z.string().nullable() }).nullable(),
  lastSeenAt: InstantOut.nullable(),
  sentThisMonth: z.int().openapi({ description: 'Messages and mails, in the calendar month of Istanbul' }),
  createdAt: InstantOut,
};
export const creditFields = { currentCredit: z.int(), heldCredit: z.int(), availableCredit: z.int() };
export const AdminUser = z.object({ ...userFields, credits: z.object(creditFields) }).openapi('AdminUser');
export const AdminUserPage = pageOf(AdminUser);

export function presentAdminUser(row: UserRow, now: Date): z.input<typeof AdminUser> {
  const { user, member, organization, account, instance, lastSeenAt, sentThisMonth } = row;
  const { current, held, available } = balanceOf(account ?? undefined);
  const banned = user.banned && (user.banExpires === null || user.banExpires > now);
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    emailVerified: user.emailVerified,
    role: user.role,
    organization: organization && member && { id: organization.id, name: organization.name, role: member.role },
    banned,
    banReason: banned ? user.banReason : null,
    bannedUntil: banned ? toInstant(user.banExpires) : null,
    credits: { currentCredit: current, heldCredit: held, availableCredit: available },
    instance: instance && { id: instance.id, status: instance.status, phone: instance.phone },
    lastSeenAt: lastSeenAt.getTime() === 0 ? null : toInstant(lastSeenAt),
    sentThisMonth,
    createdAt: toInstant(user.createdAt),
  };
}
