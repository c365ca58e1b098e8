import { z } from '@hono/zod-openapi';
import { bothLanguages } from '#src/platform/read-request.ts';
import { PageQuery, pageOf } from '#src/platform/schemas.ts';
import type { Country } from './country.ts';

const PhoneCode = z
  .string()
  .max(20)
  .regex(/^\s*(\+|00)?[\d -]{1,8}$/, bothLanguages({ en: 'A phone code such as +90', tr: '+90 gibi bir telefon kodu' }))
  .transform((text) => `+${text.replaceAll(/\D/g, '').replace(/^00/, '')}`);

export const CountryQuery = PageQuery.extend({
  search: z.string().max(100).optional().openapi({ description: 'Part of a name or a code, in Turkish or English' }),
  phoneCode: PhoneCode.optional().openapi({ example: '+90' }),
});

export const CountryOut = z
  .object({
    id: z.uuid().openapi({ description: 'The same in every installation' }),
    iso2: z.string().openapi({ example: 'TR' }),
    iso3: z.string().openapi({ example: 'TUR' }),
    numeric: z.string().openapi({ example: '792' }),
    name: z.object({ tr: z.string(), en: z.string() }),
    phoneCodes: z.array(z.string()).openapi({ example: ['+90'] }),
    currency: z.string().nullable().openapi({ example: 'TRY' }),
    flag: z.url().openapi({ example: 'https://ulak.example.com/flags/tr.svg' }),
  })
  .openapi('Country');
export const CountryPage = pageOf(CountryOut).openapi('CountryPage');
export const CountryDocument = z.object({ data: z.array(CountryOut) }).openapi('CountryDocument');

export const presentCountry = (country: Country, publicUrl: string): z.input<typeof CountryOut> => ({
  id: country.id,
  iso2: country.iso2,
  iso3: country.iso3,
  numeric: country.numeric,
  name: country.name,
  phoneCodes: country.phoneCodes,
  currency: country.currency,
  flag: `${publicUrl}${country.flagPath}`,
});
