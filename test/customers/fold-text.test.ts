import { expect, it } from 'vitest';
import { foldText } from '#src/customers/fold-text.ts';

it.each([
  ['İSTANBUL', 'istanbul'],
  ['istanbul', 'istanbul'],
  ['ISPARTA', 'isparta'],
  ['ısparta', 'isparta'],
  ['Şükrü ÇÖĞÜŞ', 'sukru cogus'],
  ['S\u0327u\u0308kru\u0308', 'sukru'],
  ['  İpek \t Iğdır ', 'ipek igdir'],
  ['Straße Łódź Ærø', 'strasse lodz aero'],
])('%s → %s', (text, folded) => {
  expect(foldText(text)).toBe(folded);
});
