import type { Language } from '#src/platform/language.ts';
import { sayMonthShort } from '#src/platform/time.ts';
import { changeOf, type Pair, type Section, share, type Table, type Tile } from './document.ts';
import { type FigureKey, type Figures, figureKeys } from './figures.ts';
import { localeOf } from './format-value.ts';
import type { MadeMonthly } from './make-report.ts';
import type { Period } from './period.ts';
import { figureNames, type Say, sayIn } from './report-words.ts';

/** How a month, or a year, went. */
export function describeMonthly(report: MadeMonthly, language: Language): Section[] {
  const say = sayIn(language);
  const { figures, previous } = report;
  const quiet = [figures, previous].every((one) => figureKeys.every((key) => one[key] === 0));
  const overview = { heading: say('overview'), tiles: tilesOf(report, language) };
  if (quiet) return [{ ...overview, empty: say('empty') }];
  return [
    overview,
    ...(report.buckets.some((one) => one.whatsappSent + one.emailSent + one.smsSent > 0)
      ? [perBucket(report, language)]
      : []),
    { heading: say('channels'), note: say('channelNote'), table: channels(figures, say) },
    ...(report.sources.length > 0 ? [sourcesOf(report, say)] : []),
    ...(report.campaigns.length > 0 ? [campaignsOf(report, say)] : []),
    ...(figures.chatAsked + previous.chatAsked > 0 ? [chatOf(report, language)] : []),
    { heading: say('allFigures'), note: say('creditNote'), table: allFigures(report, language) },
  ];
}

export const pairOf = (key: FigureKey, { figures, previous }: { figures: Figures; previous: Figures }): Pair => ({
  now: figures[key],
  before: previous[key],
});

function tilesOf({ figures, previous }: MadeMonthly, language: Language): Tile[] {
  const both = { figures, previous };
  const tile = (key: FigureKey): Tile => ({
    label: figureNames[key][language],
    type: 'integer',
    value: pairOf(key, both),
  });
  const rate = (of: Figures) => share(of.whatsappRead, of.whatsappSent);
  return [
    tile('customersWon'),
    tile('whatsappSent'),
    {
      label: sayIn(language)('readRate'),
      type: 'percent',
      value: { now: rate(figures), before: rate(previous) },
      hint: 'WhatsApp',
    },
    tile('whatsappReplied'),
    tile('emailSent'),
    tile('appointmentsKept'),
    tile('creditsSpent'),
    {
      label: figureNames.chatMedianSeconds[language],
      type: 'duration',
      value: { now: figures.chatMedianSeconds, before: previous.chatMedianSeconds },
    },
  ];
}

function perBucket({ buckets, period }: MadeMonthly, language: Language): Section {
  const say = sayIn(language);
  return {
    heading: say(period.kind === 'year' ? 'perMonth' : 'perDay'),
    chart: {
      kind: 'columns',
      categories: buckets.map(({ bucket }) => nameBucket(bucket, period, language)),
      series: [
        { name: 'WhatsApp', values: buckets.map(({ whatsappSent }) => whatsappSent) },
        { name: say('email'), values: buckets.map(({ emailSent }) => emailSent) },
        { name: 'SMS', values: buckets.map(({ smsSent }) => smsSent) },
      ].filter(({ values }) => values.some((value) => value > 0)),
    },
  };
}

/** A day by its number, a month by its short name. */
const nameBucket = (bucket: string, { kind }: Period, language: Language): string =>
  kind === 'year'
    ? sayMonthShort(new Date(`${bucket}-01T00:00:00Z`), { language, timeZone: 'UTC' })
    : String(Number(bucket.slice(8)));

function channels(f: Figures, say: Say): Table {
  const read = f.whatsappRead + f.emailOpened;
  return {
    columns: [
      { label: say('channel'), type: 'text' },
      { label: say('sent'), type: 'integer' },
      { label: say('delivered'), type: 'integer' },
      { label: say('read'), type: 'integer' },
      { label: say('readRate'), type: 'percent' },
      { label: say('replied'), type: 'integer' },
      { label: say('clicked'), type: 'integer' },
      { label: say('failed'), type: 'integer' },
    ],
    rows: [
      [
        'WhatsApp',
        f.whatsappSent,
        f.whatsappDelivered,
        f.whatsappRead,
        share(f.whatsappRead, f.whatsappSent),
        f.whatsappReplied,
        null,
        f.whatsappFailed,
      ],
      [
        say('email'),
        f.emailSent,
        f.emailDelivered,
        f.emailOpened,
        share(f.emailOpened, f.emailSent),
        null,
        f.emailClicked,
        f.emailBounced,
      ],
      ['SMS', f.smsSent, f.smsDelivered, null, null, null, null, f.smsFailed],
    ],
    total: [
      say('total'),
      f.whatsappSent + f.emailSent + f.smsSent,
      f.whatsappDelivered + f.emailDelivered + f.smsDelivered,
      read,
      share(read, f.whatsappSent + f.emailSent),
      f.whatsappReplied,
      f.emailClicked,
      f.whatsappFailed + f.emailBounced + f.smsFailed,
    ],
  };
}

const MOST_BARS = 8;

function sourcesOf({ sources, figures }: MadeMonthly, say: Say): Section {
  const named = sources.map(({ source, customers }) => ({ label: source ?? say('noSource'), value: customers }));
  const rest = figures.customersWon - named.reduce((sum, { value }) => sum + value, 0);
  const all = rest > 0 ? [...named, { label: say('otherSources'), value: rest }] : named;
  return {
    heading: say('sources'),
    chart: { kind: 'bars', bars: all.slice(0, MOST_BARS) },
    table: {
      columns: [
        { label: say('source'), type: 'text' },
        { label: say('customers'), type: 'integer' },
        { label: say('share'), type: 'percent' },
      ],
      rows: all.map(({ label, value }) => [label, value, share(value, figures.customersWon)]),
      total: [say('total'), figures.customersWon, share(figures.customersWon, figures.customersWon)],
    },
  };
}

function campaignsOf({ campaigns }: MadeMonthly, say: Say): Section {
  const sum = (key: 'recipients' | 'delivered' | 'read' | 'replied') =>
    campaigns.reduce((total, campaign) => total + campaign[key], 0);
  return {
    heading: say('campaigns'),
    table: {
      columns: [
        { label: say('campaign'), type: 'text' },
        { label: say('channel'), type: 'text' },
        { label: say('recipients'), type: 'integer' },
        { label: say('delivered'), type: 'integer' },
        { label: say('read'), type: 'integer' },
        { label: say('replied'), type: 'integer' },
      ],
      rows: campaigns.map(({ name, channel, recipients, delivered, read, replied }) => [
        name,
        channel === 'whatsapp' ? 'WhatsApp' : say('email'),
        recipients,
        delivered,
        read,
        replied,
      ]),
      total: [say('total'), null, sum('recipients'), sum('delivered'), sum('read'), sum('replied')],
    },
  };
}

/** What a table tells of the period before: in a column of its own. */
export const beforeWord = ({ kind }: Period): 'previousMonth' | 'previousYear' | 'previousDays' =>
  kind === 'month' ? 'previousMonth' : kind === 'year' ? 'previousYear' : 'previousDays';

function allFigures({ figures, previous, period }: MadeMonthly, language: Language): Table {
  const say = sayIn(language);
  return {
    columns: [
      { label: say('figure'), type: 'text' },
      { label: say('thisPeriod'), type: 'integer' },
      { label: capital(say(beforeWord(period)), language), type: 'integer' },
      { label: say('change'), type: 'change' },
    ],
    rows: figureKeys.map((key) => {
      const pair = pairOf(key, { figures, previous });
      return [figureNames[key][language], pair.now, pair.before, changeOf(pair)];
    }),
  };
}

const capital = (text: string, language: Language): string =>
  text.charAt(0).toLocaleUpperCase(localeOf(language)) + text.slice(1);

function chatOf({ figures, previous, period }: MadeMonthly, language: Language): Section {
  const say = sayIn(language);
  const row = (label: string, of: Figures) => [
    label,
    of.chatAsked,
    of.chatAnswered,
    of.chatMedianSeconds,
    of.chatP90Seconds,
  ];
  return {
    heading: say('chat'),
    note: say('chatNote'),
    table: {
      columns: [
        { label: '', type: 'text' },
        { label: say('asked'), type: 'integer' },
        { label: say('answered'), type: 'integer' },
        { label: say('median'), type: 'duration' },
        { label: say('p90'), type: 'duration' },
      ],
      rows: [row(say('thisPeriod'), figures), row(capital(say(beforeWord(period)), language), previous)],
    },
  };
}
