import type { Language } from '#src/platform/language.ts';
import { type Section, share, type Value } from './document.ts';
import type { MadeLeadSources } from './make-report.ts';
import type { LeadFigures } from './read-lead-sources.ts';
import { sayIn } from './report-words.ts';

const MOST_BARS = 10;

/** Where customers came from, and how far they got. */
export function describeLeadSources({ sources, others, total }: MadeLeadSources, language: Language): Section[] {
  const say = sayIn(language);
  if (total.customers === 0) return [{ heading: say('overview'), empty: say('empty') }];
  const named = [
    ...sources.map((line) => ({ label: line.source ?? say('noSource'), ...line })),
    ...(others ? [{ label: say('otherSources'), ...others }] : []),
  ];
  const cells = (of: LeadFigures): Value[] => [
    of.customers,
    share(of.customers, total.customers),
    of.contacted,
    of.replied,
    of.withAppointment,
    of.kept,
    share(of.kept, of.customers),
  ];
  return [
    {
      heading: say('funnel'),
      note: say('leadNote'),
      chart: {
        kind: 'bars',
        bars: [
          { label: say('customers'), value: total.customers },
          { label: say('contacted'), value: total.contacted },
          { label: say('wrote'), value: total.replied },
          { label: say('withAppointment'), value: total.withAppointment },
          { label: say('came'), value: total.kept },
        ],
      },
    },
    {
      heading: say('sources'),
      chart: {
        kind: 'bars',
        bars: named.slice(0, MOST_BARS).map(({ label, customers }) => ({ label, value: customers })),
      },
      table: {
        columns: [
          { label: say('source'), type: 'text' },
          { label: say('customers'), type: 'integer' },
          { label: say('share'), type: 'percent' },
          { label: say('contacted'), type: 'integer' },
          { label: say('wrote'), type: 'integer' },
          { label: say('withAppointment'), type: 'integer' },
          { label: say('came'), type: 'integer' },
          { label: say('conversion'), type: 'percent' },
        ],
        rows: named.map((line) => [line.label, ...cells(line)]),
        total: [say('total'), ...cells(total)],
      },
    },
  ];
}
