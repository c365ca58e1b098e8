import { Problem } from '#src/platform/problem.ts';
import { mimeTypes } from './report.ts';

export type ReportFormat = keyof typeof mimeTypes;

const offered = (Object.keys(mimeTypes) as ReportFormat[]).map((format) => ({
  format,
  type: mimeTypes[format].split(';')[0]!,
}));

/** What was asked for by name, or by the Accept header; JSON if that takes anything. Throws `not-acceptable`. */
export function chooseFormat(accept: string | null, asked: ReportFormat | undefined): ReportFormat {
  if (asked) return asked;
  const wanted = (accept ?? '*/*')
    .split(',')
    .map((item) => {
      const [range = '', ...parameters] = item.trim().toLowerCase().split(';');
      const quality = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find(Boolean);
      return { range: range.trim(), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { range } of wanted) {
    const found = offered.find(({ type }) => range === '*/*' || range === type || range === `${type.split('/')[0]}/*`);
    if (found) return found.format;
  }
  throw new Problem('not-acceptable', {
    detail: {
      en: `There is ${offered.map(({ type }) => type).join(', ')}`,
      tr: `Şunlar var: ${offered.map(({ type }) => type).join(', ')}`,
    },
  });
}
