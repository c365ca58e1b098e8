import { spawnSync } from 'node:child_process';

type Finding = { name: string; severity: string; range?: string; via?: (string | { title?: string; url?: string })[] };
type Report = {
  vulnerabilities?: Record<string, Finding>;
  error?: { code?: string; summary?: string; detail?: string };
  message?: string;
};

const GRAVE = new Set(['high', 'critical']);

/** What `npm audit` found, said in lines; `failed`: something grave is in what we ship. `asked`: false where no registry answered. */
export function judgeAudit(output: string): { asked: boolean; failed: boolean; lines: string[] } {
  const report = parse(output);
  if (!report?.vulnerabilities) {
    const why = report?.error?.summary || report?.message || report?.error?.code || 'no answer that could be read';
    return {
      asked: false,
      failed: false,
      lines: [`Dependencies were NOT audited: the registry did not answer (${why})`],
    };
  }
  const grave = Object.values(report.vulnerabilities).filter(({ severity }) => GRAVE.has(severity));
  const lines = grave.map(({ name, severity, range, via = [] }) => {
    const why = via.flatMap((cause) => (typeof cause === 'string' ? [] : [cause.title ?? cause.url ?? '']));
    return `${severity}: ${name} ${range ?? ''} ${why.join('; ')}`.trim();
  });
  const known = Object.keys(report.vulnerabilities).length - grave.length;
  return {
    asked: true,
    failed: grave.length > 0,
    lines: grave.length > 0 ? lines : [`Dependencies audited: nothing high or above (${known} below)`],
  };
}

function parse(output: string): Report | null {
  try {
    return JSON.parse(output) as Report;
  } catch {
    return null;
  }
}

/** `npm run audit`: fails on a high or critical advisory for anything that we ship. */
if (import.meta.main) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const { failed, lines } = judgeAudit(stdout ?? '');
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = failed ? 1 : 0;
}
