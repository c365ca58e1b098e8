import type { AppContext, OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
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
  key: string,
  operation: string,
  requestHash: string,
  run: (ctx: OrgContext) => Promise<Response>,
): Promise<Response> {
  const claim = await claimKey(ctx, { userId: ctx.userId, route: operation, key, requestHash });
  if (claim.answer) return replay(claim.answer);
  const beforeCommit = async (inner: AppContext) => {
    await ctx.beforeCommit?.(inner);
    await markApplied(inner, claim);
  };
  try {
    const response = await run({ ...ctx, beforeCommit });
    const answer = await read(response);
    await settle(ctx, claim, answer);
    return response;
  } catch (error) {
    await settle(ctx, claim, error instanceof Problem ? written(ctx, error) : null);
    throw error;
  }
}

type Claim = Awaited<ReturnType<typeof claimKey>>;

/** Keeps an answer worth repeating; otherwise gives the key free, unless the request took effect. */
async function settle(ctx: OrgContext, claim: Claim, answer: StoredAnswer | null): Promise<void> {
  try {
    if (answer && isFinal(answer.status)) await completeKey(ctx, claim, answer);
    else await releaseKey(ctx, claim);
  } catch (error) {
    ctx.log.error({ err: error, requestId: ctx.requestId }, 'an idempotency key was not settled');
  }
}

const isFinal = (status: number): boolean => status < 500 && !PASSING.has(status);

const TEXT = /^(text\/|application\/([\w.]+\+)?json\b)/;

/** A copy of a small text; null for what is too large, or no text, to keep. */
async function read(response: Response): Promise<StoredAnswer | null> {
  const headers = Object.fromEntries(
    ['content-type', 'location'].flatMap((name) =>
      response.headers.has(name) ? [[name, response.headers.get(name)!]] : [],
    ),
  );
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

const replay = ({ status, headers, body }: StoredAnswer): Response =>
  new Response(body, { status, headers: { ...headers, 'Idempotency-Replayed': 'true' } });
