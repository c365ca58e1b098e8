import { expect, it } from 'vitest';
import { iysSource } from '#src/customers/iys-record.ts';
import { csvLine } from '#src/platform/csv-line.ts';

it.each([
  ['HS_WEB', 'HS_WEB'],
  [' hs_fiziksel_ortam ', 'HS_FIZIKSEL_ORTAM'],
  ['Web formu', 'HS_WEB'],
  ['Fuar 2026', 'HS_ETKINLIK'],
  ['Çağrı merkezi', 'HS_CAGRI_MERKEZI'],
  ['ISLAK İMZA', 'HS_ISLAK_IMZA'],
  ['E-posta bülteni', 'HS_EPOSTA'],
  ['unsubscribe', 'HS_EPOSTA'],
  ['Mağaza', 'HS_FIZIKSEL_ORTAM'],
  ['import', null],
  ['HS_NOWHERE', null],
  ['constructor', null],
  ['', null],
])('the source %s is %s to İYS', (source, expected) => expect(iysSource(source)).toBe(expected));

it.each([
  [['=1+1', '@x', '-a@x.com', '+a@x.com', '\tx'], "'=1+1,'@x,'-a@x.com,'+a@x.com,'\tx\r\n"],
  [['+905321234567', 'a@x.com', null, 0], '+905321234567,a@x.com,,0\r\n'],
  [['+1-2', 'a,b', 'a"b', 'a\nb'], '\'+1-2,"a,b","a""b","a\nb"\r\n'],
  [['\r=1'], '"\'\r=1"\r\n'],
])('a line of %j is no formula and stays one record', (cells, line) => expect(csvLine(cells)).toBe(line));
