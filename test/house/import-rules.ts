import { posix } from 'node:path';
import { type Place, placeOf, TOP } from './rooms.ts';
import type { Import, SourceFile } from './source-file.ts';

const DOORS = /(^|-)(routes|worker|schemas)\.ts$/;
/** Rooms without doors: their schemas are for everybody. */
const FOUNDATIONS = new Set(['platform', 'db']);
const OUR_ROOTS = /^#(src|webhooks|evolution|test)\//;

/** Lies above every root that has a name. */
const MANIFEST = '../../package.json';

const isOurs = (specifier: string) => OUR_ROOTS.test(specifier) || specifier.startsWith('.');

/** The path that a specifier of ours means. */
const resolve = (file: SourceFile, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : specifier.slice(1);

type Ours = Import & { target: string; from: Place; to: Place };

/** The imports of a room's file that lead to files of rooms. */
function oursIn(file: SourceFile): Ours[] {
  const from = placeOf(file.path);
  if (!from) return [];
  return file.imports.flatMap((entry) => {
    const target = isOurs(entry.specifier) ? resolve(file, entry.specifier) : '';
    const to = placeOf(target);
    return to ? [{ ...entry, target, from, to }] : [];
  });
}

export const unplacedFiles = (paths: string[]): string[] =>
  paths
    .filter((path) => /^(src|webhooks)\/.*\.ts$/.test(path) && !placeOf(path))
    .map((path) => `${path} belongs to no room of test/house/rooms.ts`);

/** Calls go down: a room imports lower rings only. */
export const upwardImports = (file: SourceFile): string[] =>
  oursIn(file)
    .filter(({ from, to }) => to.room !== from.room && to.ring > from.ring)
    .map(({ line, from, to }) => `${file.path}:${line} ${from.room} reaches up to ${to.room}`);

export const neighbourImports = (file: SourceFile): string[] =>
  oursIn(file)
    .filter(({ from, to }) => to.room !== from.room && to.ring === from.ring && to.ring !== TOP)
    .map(({ line, from, to }) => `${file.path}:${line} ${from.room} reaches over to its neighbour ${to.room}`);

/** Routes, workers and schemas are a room's doors; only src itself goes through them from outside. */
export const doorImports = (file: SourceFile): string[] =>
  oursIn(file)
    .filter(({ from, to }) => to.room !== from.room && from.ring !== TOP && !FOUNDATIONS.has(to.room))
    .filter(({ target }) => DOORS.test(posix.basename(target)))
    .map(({ line, target }) => `${file.path}:${line} imports another room's door ${target}`);

/** The configuration reaches a room inside its context, never by an import of what reads it. */
export const configImports = (file: SourceFile): string[] =>
  oursIn(file)
    .filter(({ from, to, typeOnly }) => to.room === 'config.ts' && from.ring !== TOP && !typeOnly)
    .map(({ line }) => `${file.path}:${line} imports more than a type from src/config.ts`);

/** `./` within a folder, `#src/…` from anywhere else. */
export function misspelledImports(file: SourceFile): string[] {
  const from = placeOf(file.path);
  return file.imports.flatMap(({ specifier, line }) => {
    if (specifier === MANIFEST) return [];
    if (specifier.includes('../')) return [`${file.path}:${line} says ${specifier}: write it from the root (#src/…)`];
    if (!isOurs(specifier)) return [];
    if (!specifier.endsWith('.ts') && !specifier.endsWith('.json'))
      return [`${file.path}:${line} says ${specifier} without its ending`];
    const target = resolve(file, specifier);
    const beside = posix.dirname(target) === posix.dirname(file.path) && placeOf(target)?.room === from?.room;
    if (from && from.ring !== TOP && beside && !specifier.startsWith('./'))
      return [`${file.path}:${line} says ${specifier} of its own room: write ./`];
    return [];
  });
}

/** The simulator stands in for a server that is not ours, so it knows nothing of ours; what we ship knows no tests. */
export function trespasses(file: SourceFile): string[] {
  const forbidden = file.path.startsWith('evolution/')
    ? /^#(src|webhooks|test)\//
    : /^(src|webhooks)\//.test(file.path)
      ? /^#test\//
      : null;
  if (!forbidden) return [];
  return file.imports
    .filter(({ specifier }) => forbidden.test(specifier))
    .map(({ specifier, line }) => `${file.path}:${line} imports ${specifier}`);
}

/** Rooms that the simulator may be imported from: whoever starts the sandbox. */
export const sandboxImports = (file: SourceFile): string[] =>
  placeOf(file.path)?.ring === TOP || !placeOf(file.path)
    ? []
    : file.imports
        .filter(({ specifier }) => specifier.startsWith('#evolution/'))
        .map(({ line }) => `${file.path}:${line} imports the simulator`);
