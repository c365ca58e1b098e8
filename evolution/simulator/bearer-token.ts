import { SignJWT } from 'jose';

export type BearerMaker = (key: string) => Promise<string>;

/** Evolution's webhook JWT (HS256, ten minutes). Tokens of one second are equal, so they are made once. */
export function createBearerMaker(): BearerMaker {
  const made = new Map<string, { second: number; token: Promise<string> }>();
  return (key) => {
    const second = Math.floor(Date.now() / 1000);
    const known = made.get(key);
    if (known?.second === second) return known.token;
    if (made.size > 10_000) made.clear();
    const token = sign(key, second);
    made.set(key, { second, token });
    return token;
  };
}

async function sign(key: string, second: number): Promise<string> {
  const token = await new SignJWT({ app: 'evolution', action: 'webhook' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(second)
    .setExpirationTime(second + 600)
    .sign(new TextEncoder().encode(key));
  return `Bearer ${token}`;
}
