import type { Carrier } from '#src/channels/email/carrier.ts';
import type { Identity } from './require-identity.ts';

/** Whether mail may go out from an identity: nobody's domain but a verified one, but in the sandbox, where nobody gets it. */
export const maySend = (
  { deletedAt, status }: Pick<Identity, 'deletedAt' | 'status'>,
  carrier: Pick<Carrier, 'kind'>,
): boolean => deletedAt === null && (status === 'verified' || carrier.kind === 'sandbox');
