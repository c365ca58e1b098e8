import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONGEST_FILE_NAME, nameFile } from '#src/files/file-name.ts';
import { findMediaType } from '#src/files/media.ts';

const [jpg, pdf, m4a] = ['image/jpeg', 'application/pdf', 'audio/mp4'].map((type) => findMediaType(type)!);

describe('a file’s name', () => {
  test.each([
    ['Yaz İndirimi ğüşöç.jpg', jpg, 'Yaz İndirimi ğüşöç.jpg'],
    ['FOTO.JPEG', jpg, 'FOTO.jpeg'],
    ['foto.png', jpg, 'foto.jpg'],
    ['evil.exe', pdf, 'evil.exe.pdf'],
    ['rapor.v2', pdf, 'rapor.v2.pdf'],
    ['rapor', pdf, 'rapor.pdf'],
    ['../../etc/passwd', pdf, 'passwd.pdf'],
    ['C:\\Belgeler\\liste.pdf', pdf, 'liste.pdf'],
    ['a\u0000b\r\nc\u0007.pdf', pdf, 'abc.pdf'],
    ['ters\u202efdp.exe', pdf, 'tersfdp.exe.pdf'],
    ['a<b>:"c"|d?*.pdf', pdf, 'a-b---c--d--.pdf'],
    ['...', pdf, 'document.pdf'],
    ['.pdf', pdf, 'pdf.pdf'],
    ['', jpg, 'document.jpg'],
    [undefined, m4a, 'document.m4a'],
    ['klip.mp4', m4a, 'klip.m4a'],
    ['  çok   boşluk  .pdf ', pdf, 'çok boşluk.pdf'],
    ['I\u0307stanbul.pdf', pdf, 'İstanbul.pdf'],
  ])('%j → %s', (given, type, expected) => {
    expect(nameFile(given, type!, 'document')).toBe(expected);
  });

  test('is always short, whole and harmless', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = nameFile(given, pdf!, 'document');
        expect(name.length).toBeLessThanOrEqual(LONGEST_FILE_NAME);
        expect(name).toMatch(/^[^/\\\p{Cc}]+\.pdf$/u);
        expect(name.isWellFormed()).toBe(true);
        expect(nameFile(name, pdf!, 'document')).toBe(name);
      }),
    );
  });
});
