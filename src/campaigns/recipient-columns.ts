import { type SQL, sql } from 'drizzle-orm';

/** What is frozen of an audience row: the values that texts are filled with. Columns of `audienceSql`, by alias `a`. */
export const variablesOf =
  (): SQL => sql`jsonb_strip_nulls(jsonb_build_object('firstName', a.first_name, 'lastName', a.last_name,
  'fullName', ${fullNameOf()}, 'phone', a.phone, 'email', a.email))`;

export const fullNameOf = (): SQL => sql`concat_ws(' ', a.first_name, a.last_name)`;
