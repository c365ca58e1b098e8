import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#src/platform/embedded/start-embedded-postgres.ts';
import type { Mutation } from './mutation.ts';
import { mutations } from './mutations.ts';

/*
 * npm run mutate [-- --write] [-- words]: takes each guarantee out of a copy of the code and sees its test fail. With --write they
 * are listed in docs/guarantees.md; with words, only guarantees that contain one of them are tried. Exits 1 where a test did not notice.
 */
type Report = { numTotalTests: number; numFailedTests: number; numPendingTests: number };
type Outcome = 'noticed' | 'NOT NOTICED' | 'no test ran';

/** Code that is broken may never come to an end; that is noticed, too. */
const PATIENCE_MS = 5 * 60_000;

const root = join(import.meta.dirname, '../..');
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const asked = ({ guarantee }: Mutation) => words.length === 0 || words.some((word) => guarantee.includes(word));

const scratch = mkdtempSync(join(tmpdir(), 'ulak-mutations-'));
const server = process.env['DATABASE_URL']
  ? null
  : await startEmbeddedPostgres({
      dataDir: join(scratch, 'data'),
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' },
    });
try {
  const tables = mutations.map(({ about, mutations }) => ({ about, queue: mutations.filter(asked) }));
  const outcomes = await tryAll(tables.flatMap(({ queue }) => queue));
  const failed = [...outcomes.values()].filter((outcome) => outcome !== 'noticed').length;
  console.log(`${outcomes.size - failed} noticed, ${failed} not`);
  if (process.argv.includes('--write')) writeFileSync(join(root, 'docs/guarantees.md'), describe());
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await server?.stop();
  rmSync(scratch, { recursive: true, force: true });
}

/** As many at once as there are processors, each in a copy of its own. */
async function tryAll(queue: Mutation[]): Promise<Map<Mutation, Outcome>> {
  const outcomes = new Map<Mutation, Outcome>();
  const left = [...queue];
  const work = async (copy: string) => {
    for (let mutation = left.shift(); mutation; mutation = left.shift()) {
      const outcome = await tryOne(copy, mutation);
      outcomes.set(mutation, outcome);
      console.log(`${outcome.padEnd(11)}  ${mutation.guarantee}  (test/${mutation.test})`);
    }
  };
  const copies = Array.from({ length: Math.min(2, availableParallelism()) }, (_, i) =>
    copyTree(join(scratch, `tree${i}`)),
  );
  await Promise.all(copies.map(work));
  return outcomes;
}

function copyTree(to: string): string {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of files.toString().split('\0').filter(Boolean)) cpSync(join(root, file), join(to, file));
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'));
  return to;
}

async function tryOne(copy: string, { file, from, to, test, title }: Mutation): Promise<Outcome> {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    original.replace(from, () => to),
  );
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const only = title === null ? [] : ['-t', title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')];
  try {
    await vitest(copy, [`test/${test}`, ...only, '--reporter=json', `--outputFile=${report}`]);
    if (!existsSync(report)) return 'noticed';
    const { numTotalTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    if (numTotalTests === numPendingTests) return 'no test ran';
    return numFailedTests > 0 ? 'noticed' : 'NOT NOTICED';
  } finally {
    writeFileSync(path, original);
  }
}

function vitest(cwd: string, args: string[]): Promise<void> {
  const env = { ...process.env, ...(server && { DATABASE_URL: server.url }) };
  const run = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--bail', '1', ...args];
  return new Promise((resolve) => {
    spawn(process.execPath, run, { cwd, env, stdio: 'ignore', timeout: PATIENCE_MS, killSignal: 'SIGKILL' }).on(
      'exit',
      () => resolve(),
    );
  });
}

function describe(): string {
  const sections = mutations.map(({ about, mutations }) => {
    const rows = mutations.map(({ guarantee, file, test }) => `| ${guarantee} | \`${file}\` | \`test/${test}\` |`);
    return `## ${about}\n\n| Guarantee | Taken out of | Test |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Guarantees\n\n\`npm run mutate\` takes each of them out of a copy of the code, and sees its test fail.\n\n${sections.join('\n')}`;
}
