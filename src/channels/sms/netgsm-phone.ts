/** Turkish numbers in ten digits, all others with 00 in front of the country's code. */
export const toNetgsmPhone = (phone: string): string =>
  /^\+90\d{10}$/.test(phone) ? phone.slice(3) : `00${phone.slice(1)}`;

/** Whatever spelling a report has, to E.164; ten digits and those with a 0 are Turkish. */
export function fromNetgsmPhone(number: string): string {
  const digits = number.replaceAll(/\D/g, '');
  if (digits.startsWith('00')) return `+${digits.slice(2)}`;
  if (/^0?5\d{9}$/.test(digits)) return `+90${digits.slice(-10)}`;
  return `+${digits}`;
}
