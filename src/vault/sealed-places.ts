/** Where the database holds something sealed (platform/secret-box). */
export type SealedPlace = {
  table: string;
  column: string;
  /** Within a column of JSON: under which name. */
  member?: string;
  /** Gone within days by itself: not looked at when starting. */
  passing?: true;
};

/** All there are; test/vault holds this list against every file that seals. */
export const sealedPlaces: readonly SealedPlace[] = [
  { table: 'evolution_servers', column: 'api_key' },
  { table: 'instances', column: 'token' },
  { table: 'instances', column: 'webhook_secret' },
  { table: 'instances', column: 'webhook_jwt_key' },
  { table: 'sending_identities', column: 'smtp_url_sealed' },
  { table: 'sending_identities', column: 'dkim_key_sealed' },
  { table: 'webhook_endpoints', column: 'secret_sealed' },
  { table: 'webhook_endpoints', column: 'previous_secret_sealed' },
  { table: 'archive_exports', column: 'passphrase_sealed', passing: true },
  { table: 'archive_imports', column: 'passphrase_sealed', passing: true },
  { table: 'mails', column: 'data', member: 'sealed', passing: true },
  { table: 'mails', column: 'data', member: 'addition', passing: true },
  { table: 'idempotency_keys', column: 'body', passing: true },
  { table: 'idempotency_keys', column: 'headers', member: 'set-cookie', passing: true },
];

export const nameOf = ({ table, column, member }: SealedPlace): string =>
  member === undefined ? `${table}.${column}` : `${table}.${column} (${member})`;
