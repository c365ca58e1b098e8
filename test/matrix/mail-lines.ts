import { addressHash } from '#src/customers/address-hash.ts';
import { createMailKeys, signToken } from '#src/emails/mail-token.ts';
import { newId } from '#src/platform/ids.ts';
import { AUTH_SECRET } from '#test/support/world.ts';
import type { Entry } from './matrix.ts';
import type { Scene } from './scene.ts';

const keys = createMailKeys(AUTH_SECRET);
/** What others append to the links of a mail must not break them. */
const byLink = (more: Partial<Entry>): Entry => ({ access: 'public', anyQuery: true, ...more });
const unsubscribe = ({ world: { acme } }: Scene) => ({
  token: signToken(keys, {
    kind: 'unsubscribe',
    organizationId: acme.organizationId,
    recipientId: newId(),
    emailHash: addressHash(acme.organizationId, 'somebody@example.com'),
    language: 'tr',
  }),
});

/** The links in mails. */
export const mailLines: Record<string, Entry> = {
  'GET /u/{token}': byLink({ params: unsubscribe }),
  'POST /u/{token}': byLink({ params: unsubscribe }),
  'GET /o/{token}': byLink({ params: () => ({ token: signToken(keys, { kind: 'open', recipientId: newId() }) }) }),
  'GET /c/{token}': byLink({
    params: () => ({ token: signToken(keys, { kind: 'click', recipientId: newId(), contentId: newId(), link: 0 }) }),
  }),
  'POST /u/{token}/undo': byLink({ params: unsubscribe }),
};

const ofCampaign = (scope: string, more: Partial<Entry> = {}): Entry => ({
  access: 'user',
  scope,
  of: 'campaign',
  ...more,
});

/** What became of mails. The scene's campaign is by WhatsApp. */
export const figureLines: Record<string, Entry> = {
  'GET /v1/campaigns/{id}/email-figures': ofCampaign('campaigns:read', { answers: 409 }),
  'GET /v1/campaigns/{id}/recipients.csv': ofCampaign('campaigns:read'),
  'POST /v1/campaigns/{id}/subject-test/winner': ofCampaign('campaigns:write', {
    bodies: () => [{ winner: 'second' }],
    answers: 409,
  }),
};
