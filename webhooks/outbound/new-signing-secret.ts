import { randomBytes } from 'node:crypto';

const BYTES = 32;

/** As Standard Webhooks writes it. */
export const newSigningSecret = (): string => `whsec_${randomBytes(BYTES).toString('base64')}`;
