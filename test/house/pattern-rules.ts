import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSafe } from 'redos-detector';
import { listFiles, ROOT, readSource, walk } from './source-file.ts';

type Pattern = { source: string; flags: string; where: string };
/** `safe`: digests of patterns that were examined; `excepted`: those found wanting, and why that does no harm. */
type Ledger = { safe: string[]; excepted: Record<string, string> };

const LEDGER = join(ROOT, 'test/house/patterns.json');
const LIMITS = { timeout: 4_000, maxScore: 200, maxSteps: 20_000 };

export const readLedger = (): Ledger => JSON.parse(readFileSync(LEDGER, 'utf8'));

/** Every regular expression literal of what runs, once. */
export function listPatterns(): Pattern[] {
  const found = new Map<string, Pattern>();
  for (const path of listFiles().filter((path) => /^(src|webhooks)\/.*\.ts$/.test(path))) {
    const file = readSource(path);
    for (const node of walk(file.program)) {
      if (node.type !== 'Literal' || !node['regex']) continue;
      const { pattern, flags } = node['regex'];
      const key = `/${pattern}/${flags}`;
      if (!found.has(key)) found.set(key, { source: pattern, flags, where: `${path}:${file.lineOf(node.start)}` });
    }
  }
  return [...found.values()];
}

export const spell = ({ source, flags }: Pick<Pattern, 'source' | 'flags'>): string => `/${source}/${flags}`;
const digest = (pattern: Pattern): string => createHash('sha256').update(spell(pattern)).digest('hex').slice(0, 12);

/** Patterns that some text makes slow and that nobody has excused. Only those that were not examined before are examined. */
export function slowPatterns(ledger: Ledger, patterns: Pattern[]): string[] {
  const known = new Set(ledger.safe);
  return patterns
    .filter((pattern) => !known.has(digest(pattern)) && !(spell(pattern) in ledger.excepted))
    .filter((pattern) => !isFast(pattern))
    .map((pattern) => `${pattern.where}: ${spell(pattern)} takes longer than linear for some text`);
}

/**
 * Looked at from where it begins to match: backtracking must not multiply. That a search tries each place of a text once more is
 * another matter: texts that strangers send are bounded before anything searches them.
 */
export const isFast = ({ source, flags }: Pick<Pattern, 'source' | 'flags'>): boolean =>
  isSafe(
    new RegExp(`^(?:${source.replaceAll(/\(\?<(?![=!])\w+>/g, '(')})`, flags.replaceAll(/[gy]/g, '').replace('v', 'u')),
    LIMITS,
  ).safe;

/** `node test/house/pattern-rules.ts`: examines all again and writes down those that are safe. */
if (import.meta.main) {
  const patterns = listPatterns();
  const { excepted } = readLedger();
  const safe = patterns.filter((pattern) => !(spell(pattern) in excepted) && isFast(pattern));
  const left = patterns.filter((pattern) => !safe.includes(pattern) && !(spell(pattern) in excepted));
  writeFileSync(LEDGER, `${JSON.stringify({ safe: safe.map(digest).sort(), excepted }, null, 2)}\n`);
  process.stdout.write(left.map((pattern) => `${pattern.where} ${spell(pattern)}\n`).join(''));
}
