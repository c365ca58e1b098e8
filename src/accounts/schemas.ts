import { z } from '@hono/zod-openapi';
import { isSupportedCountry } from 'libphonenumber-js/max';
import type { organizations, userSettings, users } from '#src/db/schema/accounts.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, pageOf, toInstant } from '#src/platform/schemas.ts';
import { PASSWORD_LENGTH } from './create-auth.ts';
import type { Impersonation } from './find-impersonation.ts';
import { optOutWords } from './opt-out-words.ts';
import type { ApiKeyRow, findMe, findMember } from './queries.ts';
import { parsePermissions, scopes } from './scopes.ts';
import type { AuthUser } from './sign-in.ts';

const Email = z.email().max(254);
const Name = z.string().trim().min(1).max(120);
const NewPassword = z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max);
const GivenPassword = z.string().min(1).max(PASSWORD_LENGTH.max);

export const SignUpIn = z.strictObject({ email: Email, password: NewPassword, name: Name }).openapi('SignUp');
export const SignInIn = z.strictObject({ email: Email, password: GivenPassword }).openapi('SignIn');
export const ChangePasswordIn = z
  .strictObject({ currentPassword: GivenPassword, newPassword: NewPassword })
  .openapi('ChangePassword');
const LinkToken = z.string().min(1).max(200);
export const ResetLinkIn = z.strictObject({ email: Email }).openapi('PasswordResetRequest');
export const ResetPasswordIn = z.strictObject({ token: LinkToken, newPassword: NewPassword }).openapi('PasswordReset');
export const VerifyAddressIn = z.strictObject({ token: LinkToken }).openapi('AddressVerification');

export const UserOut = z
  .object({
    id: Id,
    name: z.string(),
    email: z.string(),
    role: z.enum(['user', 'admin']),
    emailVerified: z.boolean(),
    createdAt: InstantOut,
  })
  .openapi('User');

export const presentUser = (user: AuthUser | typeof users.$inferSelect): z.input<typeof UserOut> => ({
  id: user.id,
  name: user.name,
  email: user.email,
  role: user.role === 'admin' ? 'admin' : 'user',
  emailVerified: user.emailVerified,
  createdAt: toInstant(user.createdAt),
});

export const SignedInOut = z.object({ token: z.string(), user: UserOut }).openapi('SignedIn', {
  description: 'Send the token as `Authorization: Bearer …`. Browsers get it as a cookie as well.',
});
const ImpersonationOut = z
  .object({ adminId: Id, name: z.string(), until: InstantOut })
  .nullable()
  .openapi({ description: 'The platform admin who acts as this user in this session: to be shown on every page' });
export const SessionOut = z
  .object({
    session: z.object({ id: Id, createdAt: InstantOut, expiresAt: InstantOut }),
    user: UserOut,
    impersonation: ImpersonationOut,
  })
  .openapi('Session');

const Region = z
  .string()
  .refine(isSupportedCountry, bothLanguages({ en: 'A country code such as TR', tr: 'TR gibi bir ülke kodu' }))
  .openapi({ example: 'TR' });
const OptOutWord = z
  .string()
  .trim()
  .min(1)
  .max(50)
  .regex(/[\p{L}\p{N}]/u, bothLanguages({ en: 'A word', tr: 'Bir sözcük' }));
/** What templates say of the business: `{{ organization.address }}`. */
const Fact = (max: number, example: string) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, bothLanguages({ en: 'One line of text', tr: 'Tek satırlık metin' }))
    .nullish()
    .openapi({ description: 'For templates; null takes it away', example });
const FactUrl = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .nullish()
  .openapi({ description: 'For templates; null takes it away', example: 'https://salon.example/' });
export const OrganizationIn = z
  .strictObject({
    name: Name.optional(),
    defaultRegion: Region.optional(),
    optOutWords: z
      .array(OptOutWord)
      .min(1)
      .max(50)
      .nullable()
      .optional()
      .openapi({ description: 'A customer whose whole message is one of them is blacklisted. Null: the usual words.' }),
    mailTracking: z.boolean().optional().openapi({
      description: 'False: no campaign follows who opens its mail or clicks, whatever it says itself',
    }),
    replyDays: z.int().min(1).max(90).optional().openapi({
      description:
        'For so many days after a campaign’s message, what its customer writes to that number counts as an answer to it; what quotes the message always does',
    }),
    address: Fact(300, 'Bağdat Cad. 12, Kadıköy, İstanbul'),
    phone: Fact(50, '0216 111 22 33'),
    website: FactUrl,
    workingHours: Fact(200, 'hafta içi 09.00–19.00, cumartesi 10.00–17.00'),
    mapUrl: FactUrl,
  })
  .openapi('OrganizationChange');
export const OrganizationOut = z
  .object({
    id: Id,
    name: z.string(),
    role: z.enum(['owner', 'consultant']),
    defaultRegion: z.string(),
    optOutWords: z.array(z.string()).openapi({ description: 'Casing does not matter.', example: ['STOP', 'İPTAL'] }),
    mailTracking: z.boolean(),
    replyDays: z.int(),
    address: z.string().nullable(),
    phone: z.string().nullable(),
    website: z.string().nullable(),
    workingHours: z.string().nullable(),
    mapUrl: z.string().nullable(),
  })
  .openapi('Organization');

export const presentOrganization = (
  { id, name, defaultRegion, ...row }: typeof organizations.$inferSelect,
  role: 'owner' | 'consultant',
): z.input<typeof OrganizationOut> => ({
  id,
  name,
  role,
  defaultRegion,
  optOutWords: [...(row.optOutWords ?? optOutWords)],
  mailTracking: row.mailTracking,
  replyDays: row.replyDays,
  address: row.address,
  phone: row.phone,
  website: row.website,
  workingHours: row.workingHours,
  mapUrl: row.mapUrl,
});

export const MeOut = z
  .object({
    user: UserOut,
    impersonation: ImpersonationOut,
    organization: OrganizationOut,
    credits: z.object({ currentCredit: z.int(), heldCredit: z.int(), availableCredit: z.int() }),
    settings: z.object({
      timeZone: z.string(),
      locale: z.enum(['tr', 'en']),
      sendingWindow: z.object({ start: z.string(), end: z.string(), days: z.array(z.int()) }),
      delay: z.object({ minSeconds: z.int(), maxSeconds: z.int() }),
      dailyCap: z.int().nullable(),
    }),
  })
  .openapi('Me');

export function presentMe({
  user,
  organization,
  role,
  settings,
  account,
  impersonation,
}: Awaited<ReturnType<typeof findMe>> & { impersonation: Impersonation | null }): z.input<typeof MeOut> {
  const currentCredit = account.settledCredits - account.unsettledCredits;
  const heldCredit = account.heldCredits;
  return {
    user: presentUser(user),
    impersonation: presentImpersonation(impersonation),
    organization: presentOrganization(organization, role),
    credits: { currentCredit, heldCredit, availableCredit: currentCredit - heldCredit },
    settings: presentSettings(settings),
  };
}

export const presentImpersonation = (row: Impersonation | null) => row && { ...row, until: toInstant(row.until) };

const presentSettings = (row: typeof userSettings.$inferSelect) => ({
  timeZone: row.timeZone,
  locale: row.locale,
  sendingWindow: { start: clockTime(row.windowStartMinute), end: clockTime(row.windowEndMinute), days: row.windowDays },
  delay: { minSeconds: row.delayMinSeconds, maxSeconds: row.delayMaxSeconds },
  dailyCap: row.dailyCap,
});

const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

export const ApiKeyIn = z
  .strictObject({
    name: z.string().trim().min(1).max(120),
    scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
    expiresAt: InstantIn.nullish().openapi({ description: 'Unset or null: until it is deleted' }),
  })
  .openapi('NewApiKey');

const apiKey = {
  id: Id,
  name: z.string(),
  start: z.string().openapi({ description: 'Its first characters, to tell keys apart' }),
  scopes: z.array(z.enum(scopes)),
  expiresAt: InstantOut.nullable(),
  lastUsedAt: InstantOut.nullable(),
  createdAt: InstantOut,
};
export const ApiKeyOut = z.object(apiKey).openapi('ApiKey');
export const NewApiKeyOut = z
  .object({ ...apiKey, key: z.string().openapi({ description: 'Shown this once; send it as `x-api-key`' }) })
  .openapi('ApiKeyWithSecret');
export const ApiKeyPage = pageOf(ApiKeyOut);

export const presentApiKey = (row: ApiKeyRow): z.input<typeof ApiKeyOut> => ({
  id: row.id,
  name: row.name ?? '',
  start: row.start ?? '',
  scopes: parsePermissions(row.permissions),
  expiresAt: toInstant(row.expiresAt),
  lastUsedAt: toInstant(row.lastRequest),
  createdAt: toInstant(row.createdAt),
});

export const MemberParams = z.strictObject({ userId: Id });
export const MemberIn = z
  .strictObject({ email: Email, name: Name, password: NewPassword, role: z.literal('consultant') })
  .openapi('NewMember');
export const MemberOut = z
  .object({
    userId: Id,
    name: z.string(),
    email: z.string(),
    role: z.enum(['owner', 'consultant']),
    createdAt: InstantOut,
  })
  .openapi('Member');
export const MemberPage = pageOf(MemberOut);

export const presentMember = (row: Awaited<ReturnType<typeof findMember>>): z.input<typeof MemberOut> => ({
  ...row,
  createdAt: toInstant(row.createdAt),
});
