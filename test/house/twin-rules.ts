import { type Node, type SourceFile, walk } from './source-file.ts';

export type RouteAt = { method: string; path: string; where: string };

/** The routes a file defines: object literals with a `method` and a `path` that begins with a slash. */
export function routesIn(file: SourceFile): RouteAt[] {
  const found: RouteAt[] = [];
  for (const node of walk(file.program)) {
    if (node.type !== 'ObjectExpression') continue;
    const [method, path] = [literalOf(node, 'method'), literalOf(node, 'path')];
    if (method && path?.startsWith('/')) found.push({ method, path, where: `${file.path}:${file.lineOf(node.start)}` });
  }
  return found;
}

function literalOf(object: Node, name: string): string | undefined {
  const property = (object.properties as Node[]).find(({ key }) => key?.name === name);
  return property?.value.type === 'Literal' ? String(property.value.value) : undefined;
}

const escapePattern = (text: string) => text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');

const CONSTANT = /const (\w+) = '(\/[^']*)';/g;

/** A test's text with the paths that it gave names put in their place. */
export function spellPathsOut(test: string): string {
  let text = test;
  for (const [, name, path] of test.matchAll(CONSTANT))
    text = text
      .replaceAll(`\${${name}}`, path!)
      .replaceAll(new RegExp(`(?<=['"]\\w+['"], )${name}\\b`, 'g'), `'${path}'`);
  return text;
}

/** Whether a test calls it (`'POST', '/v1/groups'`, anything for what stands in braces) or bears its name (`POST /v1/groups`). */
export function isCalled({ method, path }: Pick<RouteAt, 'method' | 'path'>, tests: string): boolean {
  const pattern = path
    .split(/\{\w+\}/)
    .map(escapePattern)
    .join('(?:\\$\\{[^}]+\\}|[^/\'"`?\\s])+');
  const call = `['"\`]${method}['"\`],\\s*['"\`]${pattern}(?:['"\`?]|\\$\\{)`;
  const title = `['"\`]${method} ${escapePattern(path).replaceAll(/[{}]/g, '\\$&')}\\b`;
  return new RegExp(`${call}|${title}`, 'i').test(tests);
}

export const uncalledRoutes = (routes: RouteAt[], tests: string, excused: string[] = []): string[] =>
  routes
    .filter((route) => !isCalled(route, tests))
    .map(({ method, path, where }) => ({ where, name: `${method.toUpperCase()} ${path}` }))
    .filter(({ name }) => !excused.includes(name))
    .map(({ where, name }) => `${where} ${name} is called by no test`);

/** Rooms are mirrored below test/: src/campaigns by test/campaigns, webhooks/outbound by test/webhooks/outbound. */
export function untestedRooms(paths: string[]): string[] {
  const rooms = new Set(
    paths.flatMap(
      (path) =>
        /^(?:src\/)([\w-]+)\/|^(webhooks\/[\w-]+(?:\/[\w-]+)?)\/[^/]+\.ts$/.exec(path)?.slice(1).filter(Boolean) ?? [],
    ),
  );
  const tests = paths.filter((path) => path.endsWith('.test.ts'));
  return [...rooms]
    .filter((room) => !tests.some((test) => test.startsWith(`test/${room}/`)))
    .map((room) => `test/${room}/ has no test`);
}
