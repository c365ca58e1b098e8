import { eq } from 'drizzle-orm';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { invalid } from '#src/platform/problem.ts';

/** The number of the phone to be paired, in E.164; a business may pair a fixed line too. */
export async function readNumber(ctx: OrgContext, input: string): Promise<string> {
  const [organization] = await ctx.db
    .select({ region: organizations.defaultRegion })
    .from(organizations)
    .where(eq(organizations.id, ctx.organizationId));
  const region = organization?.region ?? 'TR';
  const defaultCountry = isSupportedCountry(region) ? region : undefined;
  const number = parsePhoneNumberFromString(input, { defaultCountry, extract: false });
  if (number?.isValid() && !number.ext) return number.number;
  throw invalid('number', { en: 'This is not a valid phone number', tr: 'Bu geçerli bir telefon numarası değil' });
}
