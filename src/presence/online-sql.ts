import { type SQL, sql } from 'drizzle-orm';

/**
 * Sessions (as `s`) by which somebody is online at `now`. An admin who acts as somebody is not that somebody; API keys are nobody.
 */
export const onlineAt = (now: Date): SQL =>
  sql`s.online_until_at > ${now.toISOString()}::timestamptz and s.impersonated_by is null`;
