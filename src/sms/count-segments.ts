import type { smsEncodings } from '#src/db/schema/sms.ts';
import { gsm7, gsm7Turkish } from './alphabet.ts';

export type SmsEncoding = (typeof smsEncodings)[number];
export type Segments = {
  encoding: SmsEncoding;
  segments: number;
  /** Septets, or UTF-16 units where it is `ucs2`. */
  units: number;
  /** What still fits without another segment. */
  unitsLeft: number;
  /** The characters for whose sake it is `ucs2`, each once, in order. */
  costly: string[];
};

/**
 * What fits into 140 octets, alone and as a part of several. Parts carry a header of 6 octets (its length, and an 8-bit reference), the Turkish table
 * one of 3 besides, or of 4 alone; headers end at a whole septet (3GPP TS 23.040, 9.2.3.24).
 */
const room: Record<SmsEncoding, { alone: number; part: number }> = {
  gsm7: { alone: 160, part: 153 },
  'gsm7-turkish': { alone: 155, part: 149 },
  ucs2: { alone: 70, part: 67 },
};

/**
 * How many SMS a text is, in the cheapest alphabet that has all of its characters. A character of two units never stands in two parts.
 * `turkish`: whether the carrier knows the Turkish tables; without them a single ş makes all of it UCS-2.
 */
export function countSegments(text: string, { turkish }: { turkish: boolean }): Segments {
  const characters = Array.from(text);
  const encoding = chooseEncoding(characters, turkish);
  const table = encoding === 'ucs2' ? null : encoding === 'gsm7' ? gsm7 : gsm7Turkish;
  const sizes = characters.map((character) => table?.get(character) ?? character.length);
  const widest = turkish ? gsm7Turkish : gsm7;
  const costly = encoding === 'ucs2' ? [...new Set(characters.filter((character) => !widest.has(character)))] : [];
  return { encoding, ...fill(sizes, room[encoding]), costly };
}

function chooseEncoding(characters: string[], turkish: boolean): SmsEncoding {
  if (characters.every((character) => gsm7.has(character))) return 'gsm7';
  return turkish && characters.every((character) => gsm7Turkish.has(character)) ? 'gsm7-turkish' : 'ucs2';
}

function fill(sizes: number[], { alone, part }: { alone: number; part: number }) {
  const units = sizes.reduce((sum, size) => sum + size, 0);
  if (units <= alone) return { segments: units === 0 ? 0 : 1, units, unitsLeft: alone - units };
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > part) {
      segments++;
      used = 0;
    }
    used += size;
  }
  return { segments, units, unitsLeft: part - used };
}
