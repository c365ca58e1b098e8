import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseSync } from 'vite';

// biome-ignore lint/suspicious/noExplicitAny: an ESTree node, of any type
export type Node = { type: string; start: number; end: number } & Record<string, any>;
export type Import = { specifier: string; typeOnly: boolean; line: number };

/** One TypeScript file, parsed. Paths are relative to the repository, with slashes. */
export type SourceFile = {
  path: string;
  text: string;
  program: Node;
  imports: Import[];
  lineOf(offset: number): number;
};

export const ROOT = join(import.meta.dirname, '../..');
const SKIPPED = new Set(['node_modules', '.git', '.ulak', 'coverage', 'tmp']);

/** Every file below the repository's folders, found without git. */
export function listFiles(directory = ROOT): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? listFiles(path) : entry.isFile() ? [relative(ROOT, path).split(sep).join('/')] : [];
    })
    .sort();
}

export const readSource = (path: string): SourceFile => parseSource(path, readFileSync(join(ROOT, path), 'utf8'));

export function parseSource(path: string, text: string): SourceFile {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (offset: number) => starts.findLastIndex((start) => start <= offset) + 1;
  const again = module.staticExports.flatMap(({ entries }) => entries.filter((entry) => entry.moduleRequest));
  const imports = [
    ...module.staticImports.map(({ moduleRequest, entries, start }) => ({
      specifier: moduleRequest.value,
      typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
      line: lineOf(start),
    })),
    ...again.map(({ moduleRequest, isType, start }) => ({
      specifier: moduleRequest!.value,
      typeOnly: isType,
      line: lineOf(start),
    })),
  ];
  return { path, text, program: program as unknown as Node, imports, lineOf };
}

/** Every node below `node`, itself first. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (child !== null && typeof child === 'object' && typeof (child as Node).type === 'string')
        yield* walk(child as Node);
}

/** One line of a rule's complaint, in the form that editors can follow. */
export const at = (file: SourceFile, node: { start: number }, what: string): string =>
  `${file.path}:${file.lineOf(node.start)} ${what}`;
