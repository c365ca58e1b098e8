const phoneSuffix = '@s.whatsapp.net';

function dropMexicanOrArgentineMobileDigit(digits: string): string {
  const country = digits.slice(0, 2);
  return (country === '52' || country === '54') && digits.length === 13 ? country + digits.slice(3) : digits;
}

function dropBrazilianNinthDigit(digits: string): string {
  const match = /^55(\d{2})\d(\d{8})$/.exec(digits);
  if (!match) return digits;
  const [, area = '', rest = ''] = match;
  return Number(rest[0]) < 7 || Number(area) < 31 ? digits : `55${area}${rest}`;
}

/** The jid Evolution makes of a number (its `createJid`); it may differ from the number sent. */
export function toJid(input: string): string {
  const number = input.replace(/:\d+/, '');
  if (/@(g\.us|s\.whatsapp\.net|lid|broadcast)/.test(number)) return number;
  const bare = number.replace(/[\s+()]/g, '').split('@')[0] ?? '';
  if (bare.includes('-') && bare.length >= 24) return `${bare.replace(/[^\d-]/g, '')}@g.us`;
  const digits = bare.replace(/\D/g, '');
  if (digits.length >= 18) return `${digits}@g.us`;
  return `${dropBrazilianNinthDigit(dropMexicanOrArgentineMobileDigit(digits))}${phoneSuffix}`;
}

export function phoneJid(digits: string): string {
  return `${digits}${phoneSuffix}`;
}

export function isPhoneJid(jid: string): boolean {
  return jid.endsWith(phoneSuffix);
}

export function isGroupJid(jid: string): boolean {
  return jid.endsWith('@g.us');
}

/** The part before the @, without a device suffix. */
export function userOf(jid: string): string {
  return (jid.split('@')[0] ?? '').split(':')[0] ?? '';
}

export type JidForm = 'phone' | 'lid' | 'device';

/** The three ways in which the same recipient shows up in receipts. */
export function jidInForm(jid: string, form: JidForm): string {
  if (form === 'lid' && isPhoneJid(jid)) return `88${userOf(jid)}@lid`;
  if (form === 'device' && isPhoneJid(jid)) return phoneJid(`${userOf(jid)}:5`);
  return jid;
}

export function pictureUrl(jid: string): string {
  return `https://pps.whatsapp.net/v/t61/${userOf(jid)}.jpg`;
}
