import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optOutWords } from '#src/accounts/opt-out-words.ts';
import { optOutLanguage } from '#src/messages/opt-out-language.ts';
import { readOptOut } from '#src/messages/read-opt-out.ts';

describe('readOptOut', () => {
  it.each(['STOP', 'DUR', 'İPTAL', 'RET', 'ÇIK', 'İSTEMİYORUM', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL'])(
    '%s: opts out, in every casing there is',
    (word) => {
      const spellings = [
        word,
        word.toLocaleLowerCase('tr'),
        word.toLowerCase(),
        word.toLocaleLowerCase('tr').toLocaleUpperCase('tr'),
        word.toLocaleLowerCase('tr').toUpperCase(),
        word[0] + word.slice(1).toLocaleLowerCase('tr'),
        word.normalize('NFD'),
      ];
      for (const spelling of spellings) expect(readOptOut(spelling, optOutWords), spelling).toBe(word);
    },
  );

  it.each([
    ['iptal', 'İPTAL'],
    ['IPTAL', 'İPTAL'],
    ['ıptal', 'İPTAL'],
    ['cik', 'ÇIK'],
    ['Unsubscrıbe', 'UNSUBSCRIBE'],
    ['  Stop!!! ', 'STOP'],
    ['"DUR".', 'DUR'],
    ['STOP 🙏', 'STOP'],
    ['\n\tret\n', 'RET'],
    ['¡CANCEL!', 'CANCEL'],
    ['\u200bSTOP\u200b', 'STOP'],
    ['ＳＴＯＰ', 'STOP'],
  ])('%j: is %s', (text, word) => expect(readOptOut(text, optOutWords)).toBe(word));

  it.each([
    'stop it',
    'nonstop',
    'durak',
    'Dur, geliyorum',
    'iptal etmek istiyorum',
    'randevuyu iptal',
    'the end',
    'ret2',
    'S T O P',
    '',
    ' ',
    '...',
    '🙏',
    'STOP'.repeat(1000),
  ])('%j: is not', (text) => expect(readOptOut(text, optOutWords)).toBeNull());

  it('takes the words it is given, of more than one word too', () => {
    expect(readOptOut('Beni   listeden ÇIKAR.', ['beni listeden çıkar'])).toBe('beni listeden çıkar');
    expect(readOptOut('STOP', ['hayır'])).toBeNull();
    expect(readOptOut('!!!', ['...'])).toBeNull();
  });

  it('never opts out with letters before or after the word', () => {
    const letter = fc.constantFrom(...'abcçdefgğhıijklmnoöprsştuüvyz');
    fc.assert(
      fc.property(fc.constantFrom(...optOutWords), letter, fc.boolean(), (word, more, before) => {
        expect(readOptOut(before ? more + word : word + more, ['STOP', 'İPTAL'])).toBeNull();
      }),
    );
  });
});

describe('optOutLanguage', () => {
  it.each([
    ['İptal!', 'tr'],
    ['cik', 'tr'],
    [' Quit ', 'en'],
    ['unsubscribe', 'en'],
    ['STOP', null],
    ['baja', null],
  ])('%s: %s', (text, language) => expect(optOutLanguage(text)).toBe(language));
});
