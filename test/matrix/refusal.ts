import { expect } from 'vitest';
import type { Answer } from '#test/support/cast.ts';
import type { Operation } from './operations.ts';

type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors?: { path: string; message: string }[];
};
type Send = (headers: Record<string, string>) => Promise<Answer>;

/** The words of refusals that were asked for in both languages. */
const seenInBoth = new Set<string>();

/**
 * Must be the problem `wanted`, such as `403 banned`. Words that were not seen before are asked for in Turkish too, and both answers told
 * apart. Gives the English one.
 */
export async function expectRefusal(operation: Operation, wanted: string, send: Send): Promise<Problem> {
  const english = await readRefusal(operation, await send({ 'accept-language': 'en' }));
  expect(`${english.status} ${english.code}`).toBe(wanted);
  const words = JSON.stringify([english.title, english.detail, english.errors?.map(({ message }) => message)]);
  if (seenInBoth.has(words)) return english;
  seenInBoth.add(words);
  const turkish = await readRefusal(operation, await send({ 'accept-language': 'tr-TR,tr;q=0.9,en;q=0.1' }));
  expect(`${turkish.status} ${turkish.code}`).toBe(wanted);
  expect(turkish.title).not.toBe(english.title);
  expect(turkish.detail).not.toBe(english.detail);
  expect(turkish.errors?.map(({ path }) => path)).toEqual(english.errors?.map(({ path }) => path));
  for (const [i, { message }] of (english.errors ?? []).entries())
    expect(turkish.errors![i]!.message).not.toBe(message);
  return english;
}

/** A refusal as RFC 9457 has it, of a kind that the operation declares; never our own fault. */
export async function readRefusal({ refusals }: Operation, response: Answer): Promise<Problem> {
  const text = await response.text();
  expectSafeHeaders(response);
  expect(response.status, text).toBeGreaterThanOrEqual(400);
  expect(response.status, text).toBeLessThan(500);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem: Problem = JSON.parse(text);
  expect(problem).toMatchObject({ status: response.status, type: `urn:ulak:problem:${problem.code}` });
  for (const member of [problem.title, problem.detail, problem.code]) expect(member).toMatch(/\S/);
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  expect([...refusals]).toContain(`${problem.status} ${problem.code}`);
  if (problem.code === 'invalid-request') expect(problem.errors?.length, text).toBeGreaterThan(0);
  return problem;
}

/** No answer is guessed at, framed, run, told on, or kept unless it says so; and none says what made it. */
export function expectSafeHeaders({ headers }: Answer): void {
  const policy = headers.get('content-security-policy') ?? '';
  expect([
    headers.get('x-content-type-options'),
    headers.get('referrer-policy'),
    headers.has('cache-control'),
    headers.get('x-frame-options') === 'DENY' || /frame-ancestors/.test(policy),
    /default-src 'none'/.test(policy),
    headers.has('x-powered-by') || headers.has('server'),
  ]).toEqual(['nosniff', 'no-referrer', true, true, true, false]);
}
