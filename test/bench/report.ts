import { cpus, totalmem } from 'node:os';
import { type Figure, median, type Section } from './measure.ts';

const GB = 1024 ** 3;

const number = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);

function spread(values: number[], unit: string): string {
  const middle = `${number(median(values))} ${unit}`.trim();
  return values.length === 1 ? middle : `${middle} (${number(Math.min(...values))}–${number(Math.max(...values))})`;
}

const ratioOf = ({ values, baseline }: Figure): string =>
  baseline ? `${number(median(values) / median(baseline.values))}×` : '';

function tableOf(figures: Figure[]): string[] {
  const rows = figures.map((figure) => [
    figure.what,
    spread(figure.values, figure.unit),
    figure.baseline ? `${spread(figure.baseline.values, figure.unit)} — ${figure.baseline.what}` : '',
    ratioOf(figure),
  ]);
  return [
    '| what | Ulak | baseline of the same run | ratio |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
}

/** One section as Markdown. */
export const presentSection = ({ title, figures, notes }: Section): string =>
  [`## ${title}`, '', ...tableOf(figures), ...notes.map((note) => `\n${note}`), ''].join('\n');

/** The page in docs/: which machine, what, and how to repeat it. */
export function presentPage(sections: Section[], versions: { postgres: string; date: string }): string {
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / GB)} GB, Node ${process.versions.node}, PostgreSQL ${versions.postgres} (embedded, fsync on)`;
  const intro = [
    '# Benchmarks',
    '',
    `\`npm run bench -- --write\`, ${versions.date}, on ${machine}.`,
    '',
    'Medians, and in brackets the least and the most of the repetitions. The application, PostgreSQL, the simulated Evolution and',
    'whoever knocks share the cores, so an absolute number says what this machine does with all of them on it; the ratio, measured',
    'in the same minutes, is what to compare between versions.',
    '',
  ];
  return [...intro, ...sections.map(presentSection)].join('\n');
}
