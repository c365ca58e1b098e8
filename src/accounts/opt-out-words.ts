/** What customers write to be left alone, where an organization has not chosen words of its own. Casing does not matter. */
export const optOutWords: readonly string[] = [
  'STOP',
  'DUR',
  'İPTAL',
  'RET',
  'ÇIK',
  'İSTEMİYORUM',
  'UNSUBSCRIBE',
  'END',
  'QUIT',
  'CANCEL',
];
