import type { Language } from '#src/platform/language.ts';
import { type Column, changeOf, type Section, share, type Table, type Value } from './document.ts';
import { type FigureKey, type Figures, figureKeys } from './figures.ts';
import type { MadeConsultants } from './make-report.ts';
import { type Say, sayIn } from './report-words.ts';

type Both = { figures: Figures; previous: Figures };
type Cells = (both: Both) => Value[];

/** Everyone's figures side by side, with what changed since the period before. */
export function describeConsultants(report: MadeConsultants, language: Language): Section[] {
  const say = sayIn(language);
  const { figures, previous } = report.total;
  if ([figures, previous].every((one) => figureKeys.every((key) => one[key] === 0)))
    return [{ heading: say('overview'), empty: say('empty') }];
  const chart = barsOf(report, say);
  return [
    ...(chart ? [chart] : []),
    { heading: say('workAndAppointments'), note: say('creditNote'), table: work(report, say) },
    { heading: say('messages'), note: say('channelNote'), table: messages(report, say) },
    { heading: say('chat'), note: say('chatNote'), table: chat(report, say) },
  ];
}

function tableOf({ consultants, total }: MadeConsultants, say: Say, columns: Column[], cells: Cells): Table {
  const shown = consultants.filter(
    ({ userId, figures, previous }) => userId !== null || !isQuiet({ figures, previous }, cells),
  );
  return {
    columns: [{ label: say('consultant'), type: 'text' }, ...columns],
    rows: shown.map((one) => [one.userId === null ? say('nobody') : (one.name ?? '–'), ...cells(one)]),
    total: [say('total'), ...cells(total)],
  };
}

/** Nothing but zeros and dashes. */
const isQuiet = (both: Both, cells: Cells): boolean =>
  cells(both).every((value) =>
    value !== null && typeof value === 'object' ? !value.now && !value.before : value === null || value === 0,
  );

const pair =
  (key: FigureKey) =>
  ({ figures, previous }: Both): Value => ({ now: figures[key], before: previous[key] });

function work(report: MadeConsultants, say: Say): Table {
  const columns: Column[] = [
    { label: say('won'), type: 'integer' },
    { label: say('planned'), type: 'integer' },
    { label: say('kept'), type: 'integer' },
    { label: say('missed'), type: 'integer' },
    { label: say('campaigns'), type: 'integer' },
    { label: say('credits'), type: 'integer' },
  ];
  const keys = [
    'customersWon',
    'appointmentsPlanned',
    'appointmentsKept',
    'appointmentsMissed',
    'campaigns',
    'creditsSpent',
  ] as const;
  return tableOf(report, say, columns, (both) => keys.map((key) => pair(key)(both)));
}

function messages(report: MadeConsultants, say: Say): Table {
  const columns: Column[] = [
    { label: 'WhatsApp', type: 'integer' },
    { label: say('read'), type: 'integer' },
    { label: say('readRate'), type: 'percent' },
    { label: say('replied'), type: 'integer' },
    { label: say('received'), type: 'integer' },
    { label: say('email'), type: 'integer' },
    { label: 'SMS', type: 'integer' },
  ];
  return tableOf(report, say, columns, (both) => [
    pair('whatsappSent')(both),
    pair('whatsappRead')(both),
    share(both.figures.whatsappRead, both.figures.whatsappSent),
    pair('whatsappReplied')(both),
    pair('messagesReceived')(both),
    pair('emailSent')(both),
    pair('smsSent')(both),
  ]);
}

function chat(report: MadeConsultants, say: Say): Table {
  const columns: Column[] = [
    { label: say('asked'), type: 'integer' },
    { label: say('answered'), type: 'integer' },
    { label: say('median'), type: 'duration' },
    { label: say('p90'), type: 'duration' },
  ];
  return tableOf(report, say, columns, (both) => [
    pair('chatAsked')(both),
    pair('chatAnswered')(both),
    { now: both.figures.chatMedianSeconds, before: both.previous.chatMedianSeconds },
    { now: both.figures.chatP90Seconds, before: both.previous.chatP90Seconds },
  ]);
}

const MOST_BARS = 12;

function barsOf({ consultants }: MadeConsultants, say: Say): Section | null {
  const bars = consultants
    .map(({ userId, name, figures }) => ({
      label: userId === null ? say('nobody') : (name ?? '–'),
      value: figures.whatsappSent + figures.emailSent + figures.smsSent,
    }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, MOST_BARS);
  return bars.length > 0 ? { heading: say('sentPer'), chart: { kind: 'bars', bars } } : null;
}

/** For those who read it as JSON: by what part each figure changed, null where there was nothing before. */
export const changesOf = ({ figures, previous }: Both): Record<FigureKey, number | null> =>
  Object.fromEntries(figureKeys.map((key) => [key, changeOf({ now: figures[key], before: previous[key] })])) as Record<
    FigureKey,
    number | null
  >;
