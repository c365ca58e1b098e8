import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeAudit } from './audit.ts';
import { isFast, listPatterns, readLedger, slowPatterns, spell } from './pattern-rules.ts';
import { comparedSecrets } from './secret-rules.ts';
import { listFiles, parseSource, readSource } from './source-file.ts';

describe('regular expressions', () => {
  const patterns = listPatterns();
  it('none of the source takes longer than linear to match, whatever text it is put to, but those with a reason', () => {
    expect(slowPatterns(readLedger(), patterns)).toEqual([]);
  });
  it('every exception is of a pattern that there is, and needed', () => {
    const there = patterns.map(spell);
    expect(Object.keys(readLedger().excepted).filter((one) => !there.includes(one))).toEqual([]);
  });
  it.each(['(a+)+$', '^(\\w+\\s?)*$', '(a|aa)+b', '^(.*),(.*),(.*)x$'])('finds /%s/', (source) =>
    expect(isFast({ source, flags: '' })).toBe(false),
  );
  it.each(['^[a-z]+$', '^\\d{4}-\\d\\d$', '\\b(bearer|basic)\\s'])('lets pass /%s/', (source) =>
    expect(isFast({ source, flags: '' })).toBe(true),
  );
});

describe('secrets', () => {
  it('none is compared letter by letter', () => {
    const sources = listFiles().filter((path) => /^(src|webhooks)\/.*\.ts$/.test(path));
    expect(sources.flatMap((path) => comparedSecrets(readSource(path)))).toEqual([]);
  });
  it('finds one that would be', () => {
    const found = (text: string) => comparedSecrets(parseSource('src/x.ts', text)).length;
    expect(
      ['given.token === kept.token', 'secret !== ctx.secret', 'sign(body) === signature', 'mac == other'].map(found),
    ).toEqual([1, 1, 1, 1]);
    expect(["token === ''", 'token === undefined', 'token === SAMPLE', 'a === b'].map(found)).toEqual([0, 0, 0, 0]);
  });
});

describe('npm run audit', () => {
  const vulnerability = (severity: string) => ({
    vulnerabilities: { evil: { name: 'evil', severity, range: '<2', via: [{ title: 'Runs anything' }] } },
  });
  it.each(['high', 'critical'])('fails on %s, and says what', (severity) => {
    const { failed, lines } = judgeAudit(JSON.stringify(vulnerability(severity)));
    expect([failed, lines]).toEqual([true, [`${severity}: evil <2 Runs anything`]]);
  });
  it('passes with what is moderate or nothing at all', () => {
    expect(judgeAudit(JSON.stringify(vulnerability('moderate')))).toMatchObject({ asked: true, failed: false });
    expect(judgeAudit('{"vulnerabilities":{}}')).toMatchObject({ asked: true, failed: false });
  });
  it.each([
    '',
    '<html>',
    '{"message":"405 Method Not Allowed"}',
    '{"error":{"code":"ENOTFOUND","summary":"no registry"}}',
  ])('says plainly that nobody was asked: %s', (output) => {
    const { asked, failed, lines } = judgeAudit(output);
    expect([asked, failed]).toEqual([false, false]);
    expect(lines[0]).toMatch(/NOT audited/);
  });
});

describe('SECURITY.md', () => {
  const text = readFileSync('SECURITY.md', 'utf8');
  /** Paths, and after each the titles that are quoted from it. */
  const named: { path: string; titles: string[] }[] = [];
  for (const [, path, title] of text.matchAll(/`((?:test|src|webhooks|docs)\/[\w./-]+)`|“([^”]+)”/g)) {
    if (path) named.push({ path, titles: [] });
    else named.at(-1)?.titles.push(title!);
  }
  it('names files that there are, and tests by the words of their titles', () => {
    const files = listFiles();
    for (const { path, titles } of named) {
      expect(files.includes(path), path).toBe(true);
      for (const title of titles) expect(readFileSync(path, 'utf8'), `${path}: ${title}`).toContain(title);
    }
    expect(named.flatMap(({ titles }) => titles).length).toBeGreaterThan(40);
  });
  it('names a test for each of the faults F55 to F66', () => {
    for (let fault = 55; fault <= 66; fault++) expect(text, `F${fault}`).toMatch(new RegExp(`\\bF${fault}\\b`));
  });
  it('is linked from the README', () => expect(readFileSync('README.md', 'utf8')).toContain('](SECURITY.md)'));
});
