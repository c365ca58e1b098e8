import { z } from '@hono/zod-openapi';
import { smtpServerOf } from '#src/channels/email/smtp-server-of.ts';
import type { OrgContext } from '#src/context.ts';
import { carrierKinds, identityStatuses } from '#src/db/schema/emails.ts';
import { mailProviders } from '#src/db/schema/mail-providers.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantOut, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { IdentityRow } from './identity-queries.ts';
import type { MailProvider } from './provider-of.ts';
import { type Curves, providerCap } from './provider-warm-up.ts';
import { warmUpCap } from './warm-up.ts';

const ONE_LINE = bothLanguages({ en: 'One line of text', tr: 'Tek satırlık metin' });
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, ONE_LINE);
const Address = z.string().max(320);

const fields = {
  replyTo: Address.nullish().openapi({ description: 'Where answers go; null: to the address itself' }),
  smtpUrl: z.string().min(1).max(1_000).nullish().openapi({
    description:
      'A server of your own; null: the platform’s. Kept encrypted and never shown. maxConnections, maxPerSecond and maxPerDay set its limits.',
    example: 'smtps://user:password@mail.example.com:465?maxPerSecond=10',
  }),
  warmUp: z.boolean().optional().openapi({
    description: 'For a domain that has hardly sent mail: 200 on the first day, growing to 200,000 on the 42nd',
  }),
};
const Curve = z.strictObject({
  firstDay: z.int().min(1).max(1_000_000),
  growth: z.number().min(1).max(3),
  days: z.int().min(1).max(90),
});
const ProviderWarmUp = z
  .strictObject(
    Object.fromEntries(mailProviders.map((name) => [name, Curve.optional()])) as Record<
      MailProvider,
      z.ZodOptional<typeof Curve>
    >,
  )
  .nullish()
  .openapi('ProviderWarmUp', {
    description:
      'A warm-up for the mailboxes of single providers, each with its own first day, growth a day and length; whom it does not name has none. Null ends it.',
    example: { gmail: { firstDay: 50, growth: 1.5, days: 21 } },
  });
const FromName = line(100).openapi({ example: 'Acme Çiçek' });
const TradeName = line(200).openapi({ description: 'Stands in every marketing mail, by law' });
const Contact = line(300).openapi({ description: 'How to reach the sender; stands in every marketing mail' });

export const IdentityIn = z
  .strictObject({
    fromName: FromName,
    fromEmail: Address.openapi({ example: 'haber@acme.com.tr' }),
    tradeName: TradeName,
    contact: Contact,
    ...fields,
    providerWarmUp: ProviderWarmUp,
  })
  .openapi('NewSendingIdentity');

export const IdentityChange = z
  .strictObject({
    fromName: FromName.optional(),
    tradeName: TradeName.optional(),
    contact: Contact.optional(),
    ...fields,
    providerWarmUp: ProviderWarmUp,
  })
  .openapi('SendingIdentityChange', { description: 'What is left out stays; null clears.' });

const DnsRecordOut = z
  .object({
    purpose: z.enum(['dkim', 'spf', 'dmarc', 'mail-from', 'mail-from-mx']),
    type: z.enum(['TXT', 'CNAME', 'MX']),
    name: z.string(),
    value: z.string(),
    required: z.boolean(),
    ok: z.boolean(),
    found: z.array(z.string()).openapi({ description: 'What stood there when it was last looked up' }),
  })
  .openapi('DnsRecord');

export const IdentityOut = z
  .object({
    id: Id,
    fromName: z.string(),
    fromEmail: z.string(),
    domain: z.string(),
    replyTo: z.string().nullable(),
    tradeName: z.string(),
    contact: z.string(),
    carrier: z.enum(carrierKinds),
    ownServer: z.string().nullable().openapi({ description: 'Host and port', example: 'mail.example.com:465' }),
    status: z.enum(identityStatuses),
    statusReason: z.string().nullable().openapi({
      description:
        'records-missing (also as a warning when verified), carrier-looking, carrier-unavailable, refused-by-carrier',
    }),
    records: z
      .array(DnsRecordOut)
      .openapi({ description: 'What to set in the DNS of the domain, and how each stands' }),
    warmUp: z
      .object({ since: z.string(), dailyLimit: z.int().nullable(), sentToday: z.int() })
      .nullable()
      .openapi({ description: 'dailyLimit null: the warm-up is over' }),
    providerWarmUp: z
      .object({
        since: z.string(),
        providers: z.array(
          z.object({ provider: z.enum(mailProviders), dailyLimit: z.int().nullable(), sentToday: z.int() }),
        ),
      })
      .nullable()
      .openapi({ description: 'dailyLimit null: the warm-up is over there' }),
    checkedAt: InstantOut.nullable(),
    verifiedAt: InstantOut.nullable(),
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('SendingIdentity');
export const IdentityPage = pageOf(IdentityOut).openapi('SendingIdentityPage');

export function presentIdentity(ctx: OrgContext, row: IdentityRow): z.input<typeof IdentityOut> {
  const { smtpUrlSealed, warmUpSince, sentToday } = row;
  const server = smtpUrlSealed === null ? null : smtpServerOf(ctx.secrets.open(smtpUrlSealed));
  return {
    ...row,
    ownServer: server && `${server.host}:${server.port}`,
    warmUp:
      warmUpSince === null
        ? null
        : { since: warmUpSince, dailyLimit: warmUpCap(warmUpSince, ctx.clock.now()), sentToday: sentToday ?? 0 },
    providerWarmUp: presentProviders(ctx, row),
    checkedAt: toInstant(row.checkedAt),
    verifiedAt: toInstant(row.verifiedAt),
    createdAt: toInstant(row.createdAt),
    updatedAt: toInstant(row.updatedAt),
  };
}

function presentProviders(
  { clock }: OrgContext,
  { providerWarmUp, providersToday }: IdentityRow,
): z.input<typeof IdentityOut>['providerWarmUp'] {
  if (!providerWarmUp) return null;
  const { since } = providerWarmUp;
  const curves: Curves = providerWarmUp.curves;
  return {
    since,
    providers: mailProviders
      .filter((provider) => curves[provider])
      .map((provider) => ({
        provider,
        dailyLimit: providerCap(since, curves[provider], clock.now()),
        sentToday: providersToday?.[provider] ?? 0,
      })),
  };
}
