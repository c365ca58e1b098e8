import { posix } from 'node:path';
import { type Node, type SourceFile, walk } from './source-file.ts';

/** A function of ours, `src/groups/rename-group.ts#renameGroup`. */
type Name = string;
type Fact = { writes: boolean; records: boolean; calls: Set<Name> };

const WRITES = /\b(insert\s+into|delete\s+from|update\s+[\w."]+(\s+(as\s+)?\w+)?\s+set)\b/i;
const DRIZZLE = new Set(['insert', 'update', 'delete']);
/** What drizzle's own verbs are called on. */
const DATABASE = /(^|\.)(db|savepoint|tx)$/;
const RECORDER = 'src/accounts/record-activity.ts#recordActivity';

/**
 * Verbs behind doors (a route that is no GET, a job, what a worker starts) that write rows without ever reaching `recordActivity`: of each door,
 * whatever of ours it calls. `excused` says why one need not.
 */
export function silentVerbs(files: SourceFile[], excused: Record<Name, string>): string[] {
  const facts = readFacts(files);
  return [...doorsOf(files)].filter((verb) => !(verb in excused) && isSilent(facts, verb)).sort();
}

/** Excuses of verbs that are gone, or record by now. */
export function staleExcuses(files: SourceFile[], excused: Record<Name, string>): string[] {
  const facts = readFacts(files);
  const doors = doorsOf(files);
  return Object.keys(excused).filter((verb) => !doors.has(verb) || !isSilent(facts, verb));
}

function isSilent(facts: Map<Name, Fact>, verb: Name): boolean {
  const reached = reach(facts, verb);
  return reached.some(({ writes }) => writes) && !reached.some(({ records }) => records);
}

function reach(facts: Map<Name, Fact>, from: Name): Fact[] {
  const seen = new Set<Name>([from]);
  for (const name of seen) for (const called of facts.get(name)?.calls ?? []) seen.add(called);
  return [...seen].flatMap((name) => facts.get(name) ?? []);
}

const read = new WeakMap<SourceFile, { facts: [Name, Fact][]; doors: Name[] }>();

function look(file: SourceFile) {
  const seen = read.get(file) ?? { facts: factsIn(file), doors: doorsIn(file) };
  read.set(file, seen);
  return seen;
}

const readFacts = (files: SourceFile[]): Map<Name, Fact> => new Map(files.flatMap((file) => look(file).facts));
const doorsOf = (files: SourceFile[]): Set<Name> => new Set(files.flatMap((file) => look(file).doors));

function factsIn(file: SourceFile): [Name, Fact][] {
  const known = namesIn(file);
  return declarations(file).map(([name, node]): [Name, Fact] => {
    const calls = called(node, known);
    const records = calls.has(RECORDER) || /\.insert\(activities\)/.test(file.text.slice(node.start, node.end));
    return [`${file.path}#${name}`, { calls, writes: writes(file, node), records }];
  });
}

/** Top-level declarations by name. */
function declarations({ program }: SourceFile): [string, Node][] {
  return (program['body'] as Node[]).flatMap((statement): [string, Node][] => {
    const node: Node = statement['declaration'] ?? statement;
    if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return [[node['id'].name, node]];
    if (node.type !== 'VariableDeclaration') return [];
    return (node['declarations'] as Node[]).flatMap((one) =>
      bound(one['id']).map((name): [string, Node] => [name, one]),
    );
  });
}

const bound = (pattern: Node): string[] =>
  pattern.type === 'Identifier'
    ? [pattern['name']]
    : [...walk(pattern)].flatMap((node) => (node.type === 'Identifier' ? [node['name'] as string] : []));

/** What a name of a file means: its own, or what it is called where it is imported from. */
function namesIn(file: SourceFile): Map<string, Name> {
  const known = new Map(declarations(file).map(([name]) => [name, `${file.path}#${name}`]));
  for (const statement of file.program['body'] as Node[]) {
    if (statement.type !== 'ImportDeclaration' || statement['importKind'] === 'type') continue;
    const target = targetOf(file, statement['source'].value);
    if (!target) continue;
    for (const one of statement['specifiers'] as Node[])
      if (one.type === 'ImportSpecifier' && one['importKind'] !== 'type')
        known.set(one['local'].name, `${target}#${one['imported'].name}`);
  }
  return known;
}

const targetOf = (file: SourceFile, specifier: string): string | null =>
  specifier.startsWith('.')
    ? posix.join(posix.dirname(file.path), specifier)
    : /^#(src|webhooks)\//.test(specifier)
      ? specifier.slice(1)
      : null;

function called(node: Node, known: Map<string, Name>): Set<Name> {
  const names = new Set<Name>();
  for (const one of walk(node)) {
    const name = one.type === 'Identifier' ? known.get(one['name']) : undefined;
    if (name !== undefined) names.add(name);
  }
  return names;
}

function writes(file: SourceFile, node: Node): boolean {
  const text = (part: Node) => file.text.slice(part.start, part.end);
  for (const one of walk(node)) {
    if (one.type === 'TaggedTemplateExpression' && WRITES.test(text(one['quasi']))) return true;
    if (one.type !== 'CallExpression' || one['callee'].type !== 'MemberExpression') continue;
    const { object, property } = one['callee'];
    if (DRIZZLE.has(property.name) && DATABASE.test(text(object))) return true;
  }
  return false;
}

/** What doors call. */
function doorsIn(file: SourceFile): Name[] {
  const known = namesIn(file);
  const jobs = /(^|[/-])worker\.ts$/.test(file.path) ? [...called(file.program, known)] : [];
  const routes = [...walk(file.program)].filter(isWritingRoute);
  return [
    ...jobs.filter((name) => !/worker\.ts#/.test(name)),
    ...routes.flatMap((node) => [...called(node['arguments'][1], known)]),
  ];
}

function isWritingRoute(node: Node): boolean {
  if (node.type !== 'CallExpression' || !['defineRoute', 'definePublicRoute'].includes(node['callee'].name))
    return false;
  const method = (node['arguments'][0]['properties'] as Node[] | undefined)?.find(({ key }) => key?.name === 'method');
  return method?.['value'].value !== 'get';
}
