import { type CryptoKey, jwtVerify } from 'jose';

/** Evolution signs a token once per event, for ten minutes, and knocks for over an hour as evolution/evolution.env has it. */
const LATE_SECONDS = 90 * 60;

/** Whether an Authorization header carries Evolution's token, signed with this instance's key. */
export async function verifyBearer(header: string | null, key: CryptoKey): Promise<boolean> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(header ?? '')?.[1];
  if (!token) return false;
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      clockTolerance: LATE_SECONDS,
      requiredClaims: ['exp'],
    });
    return payload.app === 'evolution' && payload.action === 'webhook';
  } catch {
    return false;
  }
}
