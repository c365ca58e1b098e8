import { hash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Language } from '#src/platform/language.ts';
import { cardStyle } from '#src/platform/page-style.ts';
import { sayNearInstant } from '#src/platform/time.ts';
import { answerText } from './answer-page-text.ts';
import { sayWhen } from './appointment-words.ts';
import type { Appointment, AppointmentFacts } from './read-appointment-facts.ts';

/** How a customer finds his appointment behind the link. */
export type AnswerState = 'ask' | 'approved' | 'declined' | 'cancelled' | 'moved' | 'past' | 'choose' | 'proposed';
export type AnswerView = {
  state: AnswerState;
  language: Language;
  facts: AppointmentFacts;
  /** Those of its series that wait for the same answer, itself included; soonest first. */
  dates: Appointment[];
  /** What stands for these dates, so that nobody agrees to others. */
  seen: string;
  /** Of `choose`: when it could be instead. */
  slots?: { startsAt: Date }[];
  /** Of `choose`: what was wrong with the last try. */
  mistake?: 'nothing' | 'taken' | undefined;
  /** Where the link leads, without the host. */
  path: string;
};

const style = `${cardStyle}
dl { display: grid; gap: .9rem; margin: 1.5rem 0 0; padding: 1.25rem; background: var(--back); border-radius: .75rem; }
dt { color: var(--soft); font-size: .9rem; }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
dd ul { margin: 0; padding: 0; list-style: none; }
dd a { color: var(--accent); }
form, .quietly { margin-top: 1rem; }
h1 ~ form:first-of-type { margin-top: 1.75rem; }
button, a.button { width: 100%; }
a.button { display: grid; place-items: center; min-height: 3rem; margin-top: 1rem; padding: .7rem 1.4rem; font-weight: 600; text-align: center; text-decoration: none; color: var(--accent); border: 1px solid var(--accent); border-radius: .625rem; }
form { justify-items: stretch; }
fieldset { display: grid; gap: .5rem; margin: 0; padding: 0; border: 0; }
legend { padding: 0; margin: 0 0 .5rem; font-weight: 600; }
label.slot { display: flex; align-items: center; gap: .75rem; min-height: 3rem; padding: .5rem .9rem; font-weight: 400; border: 1px solid var(--line); border-radius: .625rem; cursor: pointer; }
label.slot:has(:checked) { border-color: var(--accent); font-weight: 600; }
input[type=radio] { width: 1.25rem; min-height: 1.25rem; margin: 0; flex: none; accent-color: var(--accent); }
textarea { width: 100%; min-height: 6rem; padding: .6rem .9rem; font: inherit; color: inherit; background: var(--back); border: 1px solid var(--soft); border-radius: .625rem; resize: vertical; }
p.zone { margin-top: 1rem; font-size: .9rem; }
`;

/** Nothing is loaded and nothing runs; the address of the page, which is a secret, is told to nobody. */
export const answerPageHeaders = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
};

type Html = ReturnType<typeof html>;

const page = async (language: Language, title: string, body: Html): Promise<string> =>
  String(
    await html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="format-detection" content="telephone=no"><title>${title}</title><style>${raw(style)}</style></head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>
`,
  );

/** A link that is none of ours, or one of a preview. */
export function deadEndPage(which: 'invalid' | 'sample', language: Language): Promise<string> {
  const say = answerText[language];
  return page(language, say[which], html`<p>${which === 'invalid' ? say.invalidWhy : say.sampleWhy}</p>`);
}

/** A page for people: what it is about, and what they can do. No scripts. */
export function answerPage(view: AnswerView): Promise<string> {
  const say = answerText[view.language];
  const { state } = view;
  const { name } = view.facts.organization;
  const said = `${state}By` as const;
  const intro = html`<p>${state === 'choose' ? say.chooseBy(name) : say[said as 'askBy'](name)}</p>`;
  const known = state === 'moved' ? '' : details(view);
  return page(view.language, say[state], html`${intro}${known}${actions(view)}`);
}

function details({ state, language, facts, dates }: AnswerView): Html | '' {
  const say = answerText[language];
  const { appointment, consultant } = facts;
  const { title, place, link, timeZone, proposedStartAt } = appointment;
  const when = (at: Date) => sayWhen(at, language, timeZone);
  const several = state === 'ask' && dates.length > 1;
  const rows: [string, Html | string][] = [
    [say.about, title],
    [
      several ? say.dates(dates.length) : say.when,
      several
        ? dateList(dates, (at) => sayNearInstant(at, { language, timeZone }), say.more)
        : when(appointment.startsAt),
    ],
    ...(place ? [[say.where, place] as [string, string]] : []),
    ...(link ? [[say.link, linkTo(link)] as [string, Html | string]] : []),
    ...(consultant ? [[say.with, consultant.name] as [string, string]] : []),
    ...(state === 'proposed' && proposedStartAt ? [[say.wished, when(proposedStartAt)] as [string, string]] : []),
  ];
  return html`<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

const MOST_DATES = 12;

const dateList = (dates: Appointment[], when: (at: Date) => string, more: (count: number) => string): Html =>
  html`<ul>${dates.slice(0, MOST_DATES).map(({ startsAt }) => html`<li>${when(startsAt)}</li>`)}${dates.length > MOST_DATES ? html`<li>${more(dates.length - MOST_DATES)}</li>` : ''}</ul>`;

/** Only what a browser opens as a page. */
const linkTo = (link: string): Html | string =>
  /^https?:\/\//i.test(link) ? html`<a href="${link}" rel="noreferrer">${link}</a>` : link;

const press = (path: string, label: string, { quiet = false, seen = '' } = {}): Html =>
  html`<form method="post" action="${path}">${seen ? html`<input type="hidden" name="all" value="${seen}">` : ''}<button${quiet ? raw(' class="quiet"') : ''}>${label}</button></form>`;

function actions(view: AnswerView): Html | '' {
  const { state, language, path, dates, seen } = view;
  const say = answerText[language];
  const another = html`<a class="button" href="${path}/another-time">${say.another}</a>`;
  switch (state) {
    case 'ask':
      return dates.length > 1
        ? html`${press(`${path}/approve`, say.approveAll(dates.length), { seen })}${press(`${path}/approve`, say.approveOne, { quiet: true })}${another}${press(`${path}/decline`, say.declineAll, { quiet: true, seen })}`
        : html`${press(`${path}/approve`, say.approve)}${another}${press(`${path}/decline`, say.decline, { quiet: true })}`;
    case 'approved':
      return html`<a class="button" href="${path}/calendar.ics">${say.toCalendar}</a>${another}${press(`${path}/cancel`, say.cancel, { quiet: true })}`;
    case 'proposed':
      return html`<a class="button" href="${path}">${say.back}</a>`;
    case 'choose':
      return wishForm(view);
    default:
      return '';
  }
}

function wishForm({ language, facts, path, slots = [], mistake }: AnswerView): Html {
  const say = answerText[language];
  const { timeZone } = facts.appointment;
  const choice = html`<fieldset><legend>${say.free}</legend>${slots.map(
    ({ startsAt }) =>
      html`<label class="slot"><input type="radio" name="slot" value="${startsAt.toISOString()}">${sayWhen(startsAt, language, timeZone)}</label>`,
  )}</fieldset>`;
  return html`${mistake ? html`<p class="bad" role="alert">${say[mistake]}</p>` : ''}<form method="post" action="${path}/another-time">${slots.length > 0 ? choice : ''}<label for="n">${say.note}</label><textarea id="n" name="note" maxlength="1000"></textarea><button>${say.send}</button></form><a class="button" href="${path}">${say.back}</a><p class="zone">${say.zone(timeZone)}</p>`;
}
