import { IANAZone } from 'luxon';

/** A name of the tz database, `Europe/Istanbul` or `UTC`: neither an offset such as `+03:00` nor an abbreviation. */
export function isTimeZone(name: string): boolean {
  return /^(UTC|[A-Za-z]+(\/[A-Za-z0-9_+-]+)+)$/i.test(name) && name.length <= 64 && IANAZone.isValidZone(name);
}

/** The name in its usual spelling: `europe/istanbul` becomes `Europe/Istanbul`. An alias stays the alias it is. */
export function spellTimeZone(name: string): string {
  const usual = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  return usual.toLowerCase() === name.toLowerCase() ? usual : name;
}

/** Whether this machine's tz data has the zone. Cheap: every name is looked up once. */
export const isKnownZone = (name: string): boolean => IANAZone.create(name).isValid;
