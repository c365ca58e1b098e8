import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { tooManyRequests } from '#src/accounts/request-limits.ts';
import type { OrgContext } from '#src/context.ts';
import { cleanText } from '#src/customers/customer.ts';
import { definePublicRoute, type PublicContext } from '#src/door.ts';
import { notFound, type ProblemCode } from '#src/platform/problem.ts';
import { requireLength } from '#src/platform/read-request.ts';
import type { Route } from '#src/platform/route.ts';
import { parseInstant } from '#src/platform/time.ts';
import { type Answer, actForCustomer, answerAppointment, seenOf } from './answer-appointment.ts';
import { type AnswerState, type AnswerView, answerPage, answerPageHeaders, deadEndPage } from './answer-page.ts';
import { answerState } from './answer-state.ts';
import { calendarFor } from './appointment-mail.ts';
import { type AppointmentToken, readAppointmentToken } from './appointment-token.ts';
import { occurrencesOf } from './occurrences-of.ts';
import { chooseOffered, offeredTimes } from './offered-times.ts';
import { type AppointmentFacts, readAppointmentFacts } from './read-appointment-facts.ts';

const SAMPLE = 'sample';
const PER_LINK_PER_MINUTE = 60;
const LIMIT_BYTES = 8 * 1024;
const LONGEST_NOTE = 1000;

const page = {
  tag: 'Appointments',
  params: z.strictObject({ token: z.string().min(1).max(200) }),
  /** What messengers append to a link must not break it. */
  query: z.object({}),
  alsoProduces: ['text/html'],
  answer: { status: 200 as const, description: 'A page in the language of the customer' },
};
const problems: ProblemCode[] = ['not-found', 'rate-limited'];

type Asked = { ctx: PublicContext; c: Context; params: { token: string }; request: Request };
type Known = Asked & { token: AppointmentToken; facts: AppointmentFacts };
type Door = (asked: Asked, show: (known: Known) => Promise<Response>) => Promise<Response>;

/** Knows whose link it is, and how often it was knocked with. */
function createDoor(): Door {
  const limiter = new RateLimiterMemory({ points: PER_LINK_PER_MINUTE, duration: 60 });
  return async (asked, show) => {
    const { ctx, c, params } = asked;
    if (params.token === SAMPLE) return c.html(await deadEndPage('sample', ctx.language), 200, answerPageHeaders);
    const token = readAppointmentToken(ctx.authSecret, params.token, ctx.config.formerAuthSecrets);
    if (token) await countKnock(limiter, token.appointmentId);
    const facts = token && (await readAppointmentFacts(ctx, token.appointmentId, { deleted: true }));
    if (token && facts) return show({ ...asked, token, facts });
    if (!/\btext\/html\b/.test(c.req.header('accept') ?? '')) throw notFound();
    return c.html(await deadEndPage('invalid', ctx.language), 404, answerPageHeaders);
  };
}

async function countKnock(limiter: RateLimiterMemory, key: string): Promise<void> {
  const result = await limiter.consume(key).catch((refusal: unknown) => refusal);
  if (!(result instanceof RateLimiterRes)) throw result;
  if (result.consumedPoints > PER_LINK_PER_MINUTE)
    throw tooManyRequests(Math.max(1, Math.ceil(result.msBeforeNext / 1000)));
}

const stateOf = ({ ctx, facts, token }: Known): AnswerState =>
  answerState(facts.appointment, token.edition, ctx.clock.now());

async function show(known: Known, more: Partial<AnswerView> = {}): Promise<Response> {
  const { ctx, c, facts, params } = known;
  const dates =
    stateOf(known) === 'ask' ? await occurrencesOf(ctx, facts.appointment, { wholeSeries: true }) : [facts.appointment];
  const path = `${new URL(ctx.publicUrl).pathname.replace(/\/$/, '')}/a/${params.token}`;
  const view = { state: stateOf(known), language: facts.language, facts, dates, seen: seenOf(dates), path, ...more };
  return c.html(await answerPage(view), 200, answerPageHeaders);
}

/** The page with which another time is asked for, while there is something to ask about. */
async function showTimes(known: Known, mistake?: AnswerView['mistake']): Promise<Response> {
  if (!['ask', 'approved'].includes(stateOf(known))) return show(known);
  const { ctx, facts } = known;
  const slots = await offeredTimes(actForCustomer(ctx, facts), facts.appointment);
  return show(known, { state: 'choose', slots: chooseOffered(slots, facts.appointment.timeZone), mistake });
}

/** Carries an answer out, and shows how it is then. */
async function answer(known: Known, given: Answer): Promise<Response> {
  const answered = await answerAppointment(known.ctx, known.facts, known.token, given);
  const facts = (await readAppointmentFacts(known.ctx, known.token.appointmentId, { deleted: true }))!;
  const now = { ...known, facts };
  if (answered === 'nothing' || answered === 'taken') return showTimes(now, answered);
  return show(now, answered === 'done' && given.kind === 'another-time' ? { state: 'proposed' } : {});
}

async function readForm({ request }: Asked): Promise<URLSearchParams> {
  requireLength(request, LIMIT_BYTES);
  return new URLSearchParams((await request.text()).slice(0, LIMIT_BYTES));
}

function readWish(form: URLSearchParams): Answer {
  const note = cleanText(form.get('note') ?? '')
    .trim()
    .slice(0, LONGEST_NOTE)
    .toWellFormed();
  return { kind: 'another-time', startsAt: parseInstant(form.get('slot') ?? ''), note: note || null };
}

/** The links by which customers answer. Nothing happens by GET: messengers look at every link that passes. */
export function answerRoutes(): Route<OrgContext>[] {
  const door = createDoor();
  const get = (path: string, summary: string, handle: (known: Known) => Promise<Response>) =>
    definePublicRoute({ ...page, method: 'get', path, summary, problems }, (asked) => door(asked, handle));
  const post = (path: string, summary: string, read: (form: URLSearchParams) => Answer) =>
    definePublicRoute({ ...page, method: 'post', path, summary, problems: [...problems, 'too-large'] }, (asked) =>
      door(asked, async (known) => answer(known, read(await readForm(asked)))),
    );
  return [
    get('/a/{token}', 'An appointment, as its customer sees it: the link in a message', (known) => show(known)),
    get('/a/{token}/another-time', 'The page to ask for another time', (known) => showTimes(known)),
    get('/a/{token}/calendar.ics', 'The appointment for the customer’s own calendar', sendCalendar),
    post('/a/{token}/approve', 'The customer agrees', (form) => ({ kind: 'approve', all: form.get('all') || null })),
    post('/a/{token}/decline', 'The customer does not want it', (form) => ({
      kind: 'decline',
      all: form.get('all') || null,
    })),
    post('/a/{token}/cancel', 'The customer calls off what he had agreed to', () => ({ kind: 'cancel' })),
    post('/a/{token}/another-time', 'The customer asks for another time', readWish),
  ];
}

async function sendCalendar(known: Known): Promise<Response> {
  const { ctx, c, facts } = known;
  if (stateOf(known) !== 'approved') return show(known);
  const { content } = calendarFor(ctx, { ...facts, customer: { ...facts.customer, email: null } }, [
    facts.appointment,
  ])!;
  return c.body(content.replace('METHOD:REQUEST', 'METHOD:PUBLISH'), 200, {
    'content-type': 'text/calendar; charset=utf-8',
    'content-disposition': 'attachment; filename="randevu.ics"',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
}
