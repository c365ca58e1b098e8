import type { AppContext } from '#src/context.ts';
import { newId } from '#src/platform/ids.ts';
import { hashSecret, newSecret } from '#src/platform/secret-box.ts';
import { newSigningSecret } from '#webhooks/outbound/new-signing-secret.ts';
import type { Row } from './check-row.ts';

/** How rows come in: which way, and what is to be different from where they were. */
export type Arrival = {
  mode: 'empty' | 'new' | 'replace';
  /** Ids are others than in the archive. */
  remapped: boolean;
  /** The WhatsApp server that numbers are placed at; null: where they were. */
  serverId: string | null;
};

type Change = (ctx: AppContext, row: Row, arrival: Arrival) => Row;

/** Where nothing is sent, or claimed to be at work, just because it came in; and what has to be made anew. */
const changes: Record<string, Change> = {
  organizations: (_, row, { remapped }) => (remapped ? { ...row, slug: row['id'] } : row),
  campaigns: (_, row) =>
    row['status'] === 'running' || row['status'] === 'pending'
      ? { ...row, status: 'paused', status_reason: 'imported', next_run_at: null }
      : row,
  instances: (ctx, row, { mode, serverId }) => {
    const secret = newSecret();
    const alive = row['deleted_at'] === null;
    return {
      ...row,
      ...(alive && { status: 'closed', status_reason: 'imported' }),
      evolution_server_id: mode === 'empty' ? row['evolution_server_id'] : alive ? serverId : null,
      provider_name: `ulak-${newId().replaceAll('-', '')}`,
      token: ctx.secrets.seal(newSecret()),
      webhook_secret: ctx.secrets.seal(secret),
      webhook_secret_hash: hashSecret(secret),
      webhook_jwt_key: ctx.secrets.seal(newSecret()),
    };
  },
  mails: (_, row, { remapped }) => ({
    ...row,
    data: {},
    ...(remapped && { once_key: null }),
    ...((row['status'] === 'queued' || row['status'] === 'sending') && { status: 'failed', status_reason: 'imported' }),
  }),
  sms_messages: (_, row, { mode }) => (mode === 'new' ? { ...row, provider_message_id: null } : row),
  // a copy of an organization does not remind its customers a second time
  appointment_reminder_sends: (_, row, { mode }) =>
    mode === 'new' && row['status'] === 'planned' ? { ...row, status: 'skipped', reason: 'imported' } : row,
  appointment_notices: (_, row) =>
    row['status'] === 'planned' ? { ...row, status: 'skipped', reason: 'imported' } : row,
  stored_contents: (_, row) => ({ ...row, storage_key: `media/${String(row['organization_id'])}/${newId()}` }),
  // set right when the bytes are there
  media: (_, row) => ({ ...row, storage_key: '' }),
  sending_identities: (_, row) => ({ ...row, dkim_key_sealed: '' }),
  webhook_endpoints: (ctx, row) => ({ ...row, secret_sealed: ctx.secrets.seal(newSigningSecret()) }),
  evolution_servers: (_, row) => ({ ...row, api_key: '' }),
};

export const arriving = (ctx: AppContext, table: string, row: Row, arrival: Arrival): Row =>
  changes[table]?.(ctx, row, arrival) ?? row;
