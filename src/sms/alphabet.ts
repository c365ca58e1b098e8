/** The default alphabet of SMS, one septet each (3GPP TS 23.038, 6.2.1). */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Behind an escape, two septets each (6.2.1.1). */
const EXTENSION = '\f^{}\\[~]|€';
/** The Turkish single shift table: the extension, and what Turkish needs beyond it (A.2.1). */
const TURKISH = `${EXTENSION}ĞİŞçğış`;

const septetsOf = (escaped: string): ReadonlyMap<string, number> =>
  new Map([...Array.from(BASIC, (c) => [c, 1] as const), ...Array.from(escaped, (c) => [c, 2] as const)]);

/** How many septets each character takes; those that are missing cannot be said in it. */
export const gsm7: ReadonlyMap<string, number> = septetsOf(EXTENSION);
export const gsm7Turkish: ReadonlyMap<string, number> = septetsOf(TURKISH);
