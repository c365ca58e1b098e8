/** What requests may do with a table's rows. */
export type Privilege = 'select' | 'insert' | 'update' | 'delete';

export type Belt = {
  may: readonly Privilege[];
  /** Which rows; undefined: all of them. */
  using?: string;
};

const EVERYTHING = ['select', 'insert', 'update', 'delete'] as const;
const READ = ['select'] as const;

const ORGANIZATION = `nullif(current_setting('ulak.organization_id', true), '')::uuid`;

/** Whoever is or was a member: what he did stays, and so do his settings. */
const ofOurs = (userId: string) =>
  ['members', 'user_settings']
    .map((ours) => `exists (select from ${ours} ours where ours.user_id = ${userId})`)
    .join(' or ');

const ofOurInstance = (table: string) => `exists (select from instances ours where ours.id = ${table}.instance_id)`;

/** Tables whose rows belong to no single organization. Of one that is not listed, requests see nothing. */
export const platformBelts: Record<string, Belt> = {
  organizations: { may: ['select', 'update'], using: `id = ${ORGANIZATION}` },
  // an admin's name stands under what he did
  users: { may: ['select', 'update'], using: `role = 'admin' or ${ofOurs('users.id')}` },
  sessions: { may: ['select', 'update', 'delete'], using: ofOurs('sessions.user_id') },
  credentials: { may: ['select', 'update'], using: ofOurs('credentials.user_id') },
  api_keys: { may: EVERYTHING, using: ofOurs('api_keys.reference_id') },
  early_acks: { may: EVERYTHING, using: ofOurInstance('early_acks') },
  sent_sightings: { may: READ, using: ofOurInstance('sent_sightings') },
  refused_attempts: { may: EVERYTHING, using: ofOurInstance('refused_attempts') },
  platform_settings: { may: READ },
  evolution_servers: { may: READ },
  countries: { may: READ },
  carrier_rates: { may: ['select', 'insert', 'update'] },
  number_checks: { may: EVERYTHING },
};

/** What requests may call of what is not everybody's: each does as the owner what it says, and no more. */
export const beltFunctions: readonly string[] = ['erase_activities(uuid, uuid)'];

/** Nobody changes what happened. */
export const appendOnly: readonly string[] = ['activities', 'credit_transactions'];

/** What requests may do with a table: with their own rows of one that has an organization_id everything. Null: nothing. */
export function beltOf(table: string, isOwned: boolean): Belt | null {
  if (!isOwned) return platformBelts[table] ?? null;
  return {
    may: appendOnly.includes(table) ? ['select', 'insert'] : EVERYTHING,
    using: `organization_id = ${ORGANIZATION}`,
  };
}
