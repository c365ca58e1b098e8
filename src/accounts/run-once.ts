import { createHmac } from 'node:crypto';
import { type AppContext, type OrgContext, outsideBelt } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import type { RequestHash } from '#src/platform/request-hash.ts';
import type { KeyedCall } from '#src/platform/router.ts';
import { claimKey, completeKey, markApplied, releaseKey, type StoredAnswer } from './idempotency-keys.ts';

const MOST_BYTES = 256 * 1024;
/** Refusals that say nothing of the request itself: the next try may fare better. */
const PASSING = new Set([401, 403, 408, 425, 429]);

/**
 * Runs a POST once for its Idempotency-Key: a repetition gets the first answer again. The mark that it took effect is
 * written in the verb's own transaction, so neither a crash nor a second runner can make it take effect twice.
 * Throws `idempotency-key-reused`, `request-in-progress` or `outcome-unknown`.
 */
export async function runOnce(
  ctx: OrgContext,
  { key, operation, hash, holder }: KeyedCall,
  run: (ctx: OrgContext) => Promise<Response>,
): Promise<Response> {
  const userId = holder === null ? ctx.userId : strangersId(ctx.authSecret, holder);
  const claim = await claimKey(outsideBelt(ctx), { userId, route: operation, key, hash: keyed(ctx.authSecret, hash) });
  if (claim.answer) return replay(ctx, claim.answer);
  const beforeCommit = async (inner: AppContext) => {
    await ctx.beforeCommit?.(inner);
    await markApplied(inner, claim);
  };
  try {
    const response = await run({ ...ctx, beforeCommit });
    const answer = await read(ctx, response);
    await settle(ctx, claim, answer);
    return response;
  } catch (error) {
    await settle(ctx, claim, error instanceof Problem ? written(ctx, error) : null);
    throw error;
  }
}

const hmac = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(`idempotency ${text}`).digest('hex');

/** A body may hold a password: what is stored of it must not be open to guessing. */
const keyed = (secret: string, hash: RequestHash): RequestHash => ({
  early: hmac(secret, hash.early),
  whole: () => {
    const whole = hash.whole();
    return whole && hmac(secret, whole);
  },
  readWhole: async () => hmac(secret, await hash.readWhole()),
});

/** Stands for somebody of whom only a word is known. */
const strangersId = (secret: string, word: string): string =>
  hmac(secret, word)
    .slice(0, 32)
    .replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

type Claim = Awaited<ReturnType<typeof claimKey>>;

/** Keeps an answer worth repeating; otherwise gives the key free, unless the request took effect. */
async function settle(ctx: OrgContext, claim: Claim, answer: StoredAnswer | null): Promise<void> {
  try {
    // a body that was not read to its end cannot be compared with the next one
    if (answer && isFinal(answer.status) && claim.hash.whole() !== null)
      await completeKey(outsideBelt(ctx), claim, answer);
    else await releaseKey(outsideBelt(ctx), claim);
  } catch (error) {
    ctx.log.error({ err: error, requestId: ctx.requestId }, 'an idempotency key was not settled');
  }
}

const isFinal = (status: number): boolean => status < 500 && !PASSING.has(status);

const COOKIES = 'set-cookie';
const TEXT = /^(text\/|application\/([\w.]+\+)?json\b)/;

/** A copy of a small text; null for what is too large, or no text, to keep. */
async function read(ctx: OrgContext, response: Response): Promise<StoredAnswer | null> {
  const headers: Record<string, string> = {};
  for (const name of ['content-type', 'location', 'cache-control'])
    if (response.headers.has(name)) headers[name] = response.headers.get(name)!;
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers[COOKIES] = ctx.secrets.seal(JSON.stringify(cookies));
  if (response.body === null) return { status: response.status, headers, body: null };
  if (!TEXT.test(headers['content-type'] ?? '') || headers['content-type']?.startsWith('text/event-stream'))
    return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.clone().body!.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > MOST_BYTES) {
      reader.cancel().catch(() => {});
      return null;
    }
    chunks.push(part.value);
  }
  return { status: response.status, headers, body: Buffer.concat(chunks).toString('utf8') };
}

function written(ctx: OrgContext, problem: Problem): StoredAnswer {
  const body = JSON.stringify(problem.body(ctx.language, ctx.requestId ?? ''));
  return { status: problem.status, headers: { 'content-type': 'application/problem+json' }, body };
}

function replay(ctx: OrgContext, { status, headers, body }: StoredAnswer): Response {
  const { [COOKIES]: cookies, ...plain } = headers;
  const response = new Response(body, { status, headers: { ...plain, 'Idempotency-Replayed': 'true' } });
  for (const cookie of cookies ? (JSON.parse(ctx.secrets.open(cookies)) as string[]) : [])
    response.headers.append(COOKIES, cookie);
  return response;
}
