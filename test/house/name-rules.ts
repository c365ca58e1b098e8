import { posix } from 'node:path';
import { at, type Node, type SourceFile, walk } from './source-file.ts';

const MEANINGLESS = /(^|-)(utils?|helpers?|misc|common|shared|index|functions|types)\.ts$/;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config))?\.(ts|json|css|sql|md|sh|env|yml)$/;

export const meaninglessNames = (paths: string[]): string[] =>
  paths
    .filter((path) => MEANINGLESS.test(posix.basename(path)))
    .map((path) => `${path}: the name says nothing of what is inside`);

export const unkebabNames = (paths: string[]): string[] =>
  paths
    .filter((path) => path.endsWith('.ts') && !KEBAB.test(posix.basename(path)))
    .map((path) => `${path} is not in kebab-case`);

/** A barrel: a file that only passes on what others export. */
export function barrels(file: SourceFile): string[] {
  const body = file.program.body as Node[];
  const passesOn = ({ type, source }: Node) =>
    type === 'ExportAllDeclaration' || (type === 'ExportNamedDeclaration' && source !== null);
  return body.some(passesOn) && body.every((node) => passesOn(node) || node.type === 'ImportDeclaration')
    ? [`${file.path}:1 is a barrel`]
    : [];
}

export const defaultExports = (file: SourceFile): string[] =>
  (file.program.body as Node[])
    .filter(({ type }) => type === 'ExportDefaultDeclaration')
    .map((node) => at(file, node, 'has a default export'));

const LISTS = /(^|-)(routes|schemas|queries|jobs|worker|rules)\.ts$/;
const kebab = (name: string) => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();

/** A file with one exported function shares a word or more with it: `create-campaign.ts` has `createCampaign`, `ids.ts` has `newId`. */
export function misnamedFiles(file: SourceFile): string[] {
  const name = posix.basename(file.path, '.ts');
  if (LISTS.test(posix.basename(file.path))) return [];
  const body = (file.program.body as Node[]).filter(({ type }) => type === 'ExportNamedDeclaration');
  const exported = body.map(({ declaration }) => declaration as Node | null);
  const functions = exported.flatMap((declaration) => functionNames(declaration));
  const types = exported
    .filter((declaration) => /^TS/.test(declaration?.type ?? ''))
    .map((declaration) => declaration!.id.name as string);
  if (functions.length !== 1) return [];
  const shares = [...functions, ...types].some((one) => words(kebab(one)).some((word) => words(name).includes(word)));
  return shares ? [] : [`${file.path}:1 exports ${functions[0]}, of which its name says nothing`];
}

const words = (name: string): string[] =>
  name.split('-').map((word) => word.replace(/(ies|s|ion|ed|ing|ly|e)$/, '').slice(0, 5));

function functionNames(declaration: Node | null): string[] {
  if (declaration?.type === 'FunctionDeclaration') return [declaration.id.name];
  if (declaration?.type !== 'VariableDeclaration') return [];
  return (declaration.declarations as Node[])
    .filter(({ init }) => /Function/.test(init?.type ?? ''))
    .map(({ id }) => id.name as string);
}

/** The words of the glossary, and what we do not call them. */
const GLOSSARY: [RegExp, string][] = [
  [/kuyruk|queque/i, 'campaign'],
  [/tenant|firma(?![a-z])|kurulus/i, 'organization'],
  [/musteri/i, 'customer'],
  [/kontor/i, 'credit'],
  [/danisman/i, 'consultant'],
  [/sablon/i, 'template'],
  [/blocklist|blacklisted?Number|whitelist/i, 'suppression'],
  [/queueItem|campaignItem/i, 'recipient'],
];

/** What Node.js calls a set of networks. */
const NODES_OWN = 'BlockList';

/** Identifiers speak the words of the glossary. */
export function foreignWords(file: SourceFile): string[] {
  const offenders: string[] = [];
  for (const node of walk(file.program)) {
    if (node.type !== 'Identifier' || node.name === NODES_OWN) continue;
    const found = GLOSSARY.find(([word]) => word.test(node.name));
    if (found) offenders.push(at(file, node, `${node.name}: we say ${found[1]}`));
  }
  return [...new Set(offenders)];
}
