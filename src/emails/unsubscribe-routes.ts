import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { tooManyRequests } from '#src/accounts/request-limits.ts';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute, type PublicContext } from '#src/door.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import { findUnsubscriber, type Unsubscriber } from './find-unsubscriber.ts';
import { machineOf } from './machine-of.ts';
import { createMailKeys, readToken } from './mail-token.ts';
import { SAMPLE_TOKEN } from './mail-values.ts';
import { mayUndo, undoUnsubscribe } from './undo-unsubscribe.ts';
import { unsubscribe, type Visit } from './unsubscribe.ts';
import { pageHeaders, type UnsubscribePage, unsubscribePage } from './unsubscribe-page.ts';
import { unsubscribeText } from './unsubscribe-text.ts';

const TokenParams = z.strictObject({ token: z.string().min(1).max(200) });
/** What others append to a link must not break it. */
const AnyQuery = z.object({});

/** Gateways that scan mail follow its links in this time: of 497 unsubscribes by GET 489 came within two minutes of the mail. */
const SCANNED_MS = 5 * 60_000;

const wantsPage = (c: Context): boolean => /\btext\/html\b/.test(c.req.header('accept') ?? '');

type Asked = { ctx: PublicContext; c: Context; token: string };

async function show({ ctx, c, token }: Asked, page: UnsubscribePage, who: Unsubscriber | null): Promise<Response> {
  const language = who?.language ?? ctx.language;
  const path = `${new URL(ctx.publicUrl).pathname.replace(/\/$/, '')}/u/${token}`;
  const content = await unsubscribePage({ page, language, sender: who?.sender ?? null, path });
  return c.html(content, page === 'invalid' ? 404 : 200, pageHeaders);
}

/** A person reads a page, a mail program a line. */
async function answer(asked: Asked, page: UnsubscribePage, who: Unsubscriber | null): Promise<Response> {
  if (wantsPage(asked.c)) return show(asked, page, who);
  if (page === 'invalid') throw notFound();
  const say = unsubscribeText[who?.language ?? asked.ctx.language];
  return asked.c.text(`${page === 'sample' ? say.sample : say.closed}\n`, 200, pageHeaders);
}

const visitOf = ({ ctx, c }: Asked): Visit => ({
  method: c.req.method,
  address: ctx.address,
  userAgent: c.req.header('user-agent')?.replaceAll('\0', '') ?? null,
});

async function close(asked: Asked, who: Unsubscriber): Promise<UnsubscribePage> {
  await unsubscribe(asked.ctx, who, visitOf(asked));
  return closedPage(asked.ctx, await findUnsubscriber(asked.ctx, asked.token));
}

const closedPage = (ctx: PublicContext, who: Unsubscriber | null): UnsubscribePage =>
  who && mayUndo(ctx, who) ? 'closed' : 'closed-for-good';

/** Whether it may be a machine that follows every link. */
function isDoubtful({ ctx, c }: Asked, { recipient }: Unsubscriber): boolean {
  const machine = machineOf(c.req.raw);
  if (machine !== null && machine !== 'tool') return true;
  return recipient?.sentAt != null && ctx.clock.now().getTime() - recipient.sentAt.getTime() < SCANNED_MS;
}

const common = { tag: 'Unsubscribe', params: TokenParams, query: AnyQuery, alsoProduces: ['text/html', 'text/plain'] };

type Door = { find(asked: Asked): Promise<Unsubscriber | null> };

/** Far more than anybody presses, and than mail programs repeat. */
const PER_LINK_PER_MINUTE = 30;

/**
 * Whom a link stands for, so often a minute. What is no link of ours costs no look at the database, and mail programs call from few
 * addresses for many people: it is the link that is counted, looks at it apart from presses.
 */
function createDoor(): Door {
  const limiter = new RateLimiterMemory({ points: PER_LINK_PER_MINUTE, duration: 60 });
  return {
    async find({ ctx, c, token }) {
      const read = readToken(createMailKeys(ctx.authSecret, ...ctx.config.formerAuthSecrets), 'unsubscribe', token);
      if (!read) return null;
      const result = await limiter.consume(`${c.req.method} ${read.recipientId}`).catch((refusal: unknown) => refusal);
      if (!(result instanceof RateLimiterRes)) throw result;
      if (result.consumedPoints > PER_LINK_PER_MINUTE)
        throw tooManyRequests(Math.max(1, Math.ceil(result.msBeforeNext / 1000)));
      return findUnsubscriber(ctx, token);
    },
  };
}

const open = ({ find }: Door) =>
  definePublicRoute(
    {
      ...common,
      method: 'get',
      path: '/u/{token}',
      summary: 'Unsubscribe: the link in a mail, for people',
      description:
        'Ends marketing mail at once and says so, with a way back for a day. Asks for one press of a button instead while the mail is less than five minutes old, when it is a HEAD, a prefetch or a known scanner: gateways follow every link.',
      answer: { status: 200, description: 'A page in the language of the mail' },
      problems: ['not-found'],
    },
    async ({ ctx, params: { token }, c }) => {
      const asked = { ctx, c, token };
      if (token === SAMPLE_TOKEN) return show(asked, 'sample', null);
      const who = await find(asked);
      if (!who) return answer(asked, 'invalid', null);
      if (who.closed && who.sender !== null && isDoubtful(asked, who)) return show(asked, closedPage(ctx, who), who);
      if (isDoubtful(asked, who)) return show(asked, 'ask', who);
      return show(asked, await close(asked, who), who);
    },
  );

const leave = ({ find }: Door) =>
  definePublicRoute(
    {
      ...common,
      method: 'post',
      path: '/u/{token}',
      summary: 'Unsubscribe with one click (RFC 8058), or by the button of the page',
      description: 'Ends marketing mail at once, whatever the body says. Safe to repeat.',
      answer: { status: 200, description: 'One line of text; a page for browsers' },
      problems: ['not-found'],
    },
    async ({ ctx, params: { token }, c }) => {
      const asked = { ctx, c, token };
      if (token === SAMPLE_TOKEN) return answer(asked, 'sample', null);
      const who = await find(asked);
      return who ? answer(asked, await close(asked, who), who) : answer(asked, 'invalid', null);
    },
  );

const undo = ({ find }: Door) =>
  definePublicRoute(
    {
      ...common,
      method: 'post',
      path: '/u/{token}/undo',
      summary: 'Take an unsubscribe back, by the button of the page',
      description: 'For a day. What a complaint or a bounce closed stays closed.',
      answer: { status: 200, description: 'A page in the language of the mail' },
      problems: ['not-found'],
    },
    async ({ ctx, params: { token }, c }) => {
      const asked = { ctx, c, token };
      const who = await find(asked);
      if (!who) return answer(asked, 'invalid', null);
      const restored = await undoUnsubscribe(ctx, who, visitOf(asked));
      const isOpen = restored || (who.closed === null && who.sender !== null);
      return show(asked, isOpen ? 'restored' : 'too-late', who);
    },
  );

/** The links by which people leave. */
export function unsubscribeRoutes(): Route<OrgContext>[] {
  const door = createDoor();
  return [open(door), leave(door), undo(door)];
}
