import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { Passwords } from '#src/accounts/create-auth.ts';

/** As a rule a password costs 50 ms, which is its point; those of tests protect nobody. */
const COST = { N: 2 };
const derive = (password: string, salt: string) => scryptSync(password.normalize('NFKC'), salt, 32, COST);

export const quickPasswords: Passwords = {
  hash: async (password) => {
    const salt = randomBytes(8).toString('hex');
    return `${salt}:${derive(password, salt).toString('hex')}`;
  },
  verify: async ({ hash, password }) => {
    const [salt = '', key = ''] = hash.split(':');
    const [given, kept] = [derive(password, salt), Buffer.from(key, 'hex')];
    return given.length === kept.length && timingSafeEqual(given, kept);
  },
};
