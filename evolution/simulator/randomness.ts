import { randomBytes, randomUUID } from 'node:crypto';
import type { Milliseconds } from './simulator-options.ts';

export type Draw = () => number;

/** Uniform draws in [0, 1): repeatable with a seed (mulberry32), else Math.random. */
export function createDraw(seed: number | null): Draw {
  if (seed === null) return Math.random;
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function drawMilliseconds(draw: Draw, span: Milliseconds): number {
  if (typeof span === 'number') return span;
  return Math.round(span[0] + draw() * (span[1] - span[0]));
}

/** WhatsApp message id as Baileys makes it: 3EB0 and 18 hex digits. */
export function messageKeyId(): string {
  return `3EB0${randomUUID().replaceAll('-', '').slice(0, 18).toUpperCase()}`;
}

/** Shaped like the cuid ids of Evolution's rows: 25 characters. */
export function rowId(): string {
  const random = randomUUID().replaceAll('-', '').slice(0, 16);
  return `c${Date.now().toString(36)}${random}`.slice(0, 25);
}

/** Eight characters from the alphabet WhatsApp uses for pairing codes. */
export function pairingCode(): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTVWXYZ';
  return [...randomBytes(8)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
