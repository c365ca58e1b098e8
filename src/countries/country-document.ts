import { createHash } from 'node:crypto';
import { listCountries } from './list-countries.ts';
import { presentCountry } from './schemas.ts';

/** What a front end shows countries with; the same list that the table is filled with. */
export function countryDocument(publicUrl: string): { text: string; etag: string } {
  const text = JSON.stringify({ data: listCountries().map((country) => presentCountry(country, publicUrl)) });
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}
