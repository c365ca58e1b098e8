import { z } from '@hono/zod-openapi';
import { IANAZone } from 'luxon';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantOut, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { LowAccount } from './list-low-accounts.ts';
import type { CreditFlow } from './read-credit-flows.ts';
import { ChartQuery } from './schemas.ts';

const isZone = (name: string): boolean =>
  name.length <= 64 && /^(UTC|[A-Za-z]+(\/[A-Za-z0-9_+-]+)+)$/.test(name) && IANAZone.isValidZone(name);

export const FlowQuery = ChartQuery.extend({
  timeZone: z
    .string()
    .refine(
      isZone,
      bothLanguages({ en: 'A time zone such as Europe/Istanbul', tr: 'Europe/Istanbul gibi bir saat dilimi' }),
    )
    .optional(),
  userId: Id.optional().openapi({ description: 'Only this user’s account' }),
});

export const FlowOut = z
  .array(
    z.object({
      at: InstantOut.openapi({ description: 'When the local day or month begins' }),
      toppedUp: z.int(),
      corrected: z.int().openapi({ description: 'By platform admins; below zero: taken off' }),
      spent: z.int().openapi({ description: 'By campaigns, messages and SMS, before refunds' }),
      refunded: z.int(),
      transferredIn: z.int().openapi({ description: 'On the whole platform the same as `transferredOut`' }),
      transferredOut: z.int(),
      held: z
        .int()
        .nullable()
        .openapi({ description: 'At the end of it; now, of the one that is not over. Null: not known, or to come' }),
    }),
  )
  .openapi('CreditFlow');

export const presentFlow = (flows: CreditFlow[]): z.input<typeof FlowOut> =>
  flows.map(({ at, ...flow }) => ({ at: toInstant(at), ...flow }));

export const LowAccountPage = pageOf(
  z
    .object({
      userId: Id,
      name: z.string(),
      email: z.string(),
      organization: z.object({ id: Id, name: z.string() }),
      availableCredit: z.int(),
      threshold: z.int(),
    })
    .openapi('LowAccount'),
).openapi('LowAccountPage');

export const presentLowAccount = (row: LowAccount): z.input<typeof LowAccountPage>['data'][number] => ({
  userId: row.userId,
  name: row.name,
  email: row.email,
  organization: { id: row.organizationId, name: row.organizationName },
  availableCredit: row.available,
  threshold: row.threshold,
});
