import { type SQL, sql } from 'drizzle-orm';

/** The values that texts are filled with, of a customer's columns by alias `a`. */
export const variablesOf =
  (): SQL => sql`jsonb_strip_nulls(jsonb_object(array['firstName', 'lastName', 'fullName', 'phone', 'email'],
  array[a.first_name, a.last_name, ${fullNameOf()}, a.phone, a.email]))`;

export const fullNameOf = (): SQL => sql`concat_ws(' ', a.first_name, a.last_name)`;
