import { DateTime } from 'luxon';

/** Netgsm's clocks are Turkey's. */
const ZONE = 'Europe/Istanbul';
const SAID = ['dd.MM.yyyy HH:mm:ss', 'yyyy-MM-dd HH:mm:ss', 'ddMMyyyyHHmmss', 'dd.MM.yyyy HH:mm'];

export const toNetgsmTime = (at: Date): string =>
  DateTime.fromJSDate(at, { zone: ZONE }).toFormat('dd.MM.yyyy HH:mm:ss');

/** Null for what is no time. */
export function fromNetgsmTime(text: unknown): Date | null {
  if (typeof text !== 'string' || text.trim() === '') return null;
  for (const format of SAID) {
    const read = DateTime.fromFormat(text.trim(), format, { zone: ZONE });
    if (read.isValid) return read.toJSDate();
  }
  const iso = DateTime.fromISO(text.trim(), { zone: ZONE });
  return iso.isValid ? iso.toJSDate() : null;
}
