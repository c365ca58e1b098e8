import type { Answer, Member } from '#test/support/cast.ts';
import type { Entry } from './matrix.ts';
import type { Operation } from './operations.ts';
import type { Scene } from './scene.ts';

export type Headers = Record<string, string>;
/** A request that would be good, and what is to be different in it. */
export type Change = {
  body?: unknown;
  headers?: Headers;
  query?: string;
  params?: Record<string, string>;
};
export type Ask = (who: Headers, change?: Change) => Promise<Answer>;

export const as = ({ token }: Member): Headers => ({ authorization: `Bearer ${token}` });
export const withKey = (key: string): Headers => ({ 'x-api-key': key });

/** Who may: acme, or the admin; for a public route nobody, with what the route itself asks for. */
export const allowed = (scene: Scene, { access, headers }: Entry): Headers =>
  access === 'public' ? (headers?.(scene) ?? {}) : as(access === 'admin' ? scene.world.admin : scene.world.acme);

/** Calls the operation with its good example, changed as told. */
export function askFor(scene: Scene, operation: Operation, entry: Entry): Ask {
  const own = Object.fromEntries(operation.params.map((name) => [name, scene.ids[entry.of!]]));
  const params = { ...own, ...entry.params?.(scene) };
  const body = entry.raw?.content(scene) ?? entry.bodies?.(scene)[0];
  const contentType = entry.raw?.headers ?? (body === undefined ? {} : { 'content-type': 'application/json' });
  return (who, change = {}) => {
    const path = fill(operation.path, { ...params, ...change.params }) + (change.query ? `?${change.query}` : '');
    return scene.world.call(operation.method, path, 'body' in change ? change.body : body, {
      ...contentType,
      ...who,
      ...change.headers,
    });
  };
}

const fill = (path: string, params: Record<string, string>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name]!);

/** A body of `total` bytes that comes in pieces, after `begin`; `pulled()` is how much was taken of it. */
export function streamed(begin: Uint8Array, total: number): { body: ReadableStream<Uint8Array>; pulled(): number } {
  const piece = new Uint8Array(64 * 1024).fill(0x20);
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(begin),
    pull(controller) {
      if (pulled >= total) return controller.close();
      pulled += piece.length;
      controller.enqueue(piece);
    },
  });
  return { body, pulled: () => pulled };
}
