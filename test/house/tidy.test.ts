import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schema } from '#src/db/schema.ts';
import { goesOutside, outsiders } from './belt-rules.ts';
import { deadPaths } from './doc-rules.ts';
import {
  driverUses,
  environmentReaders,
  moduleState,
  otherClocks,
  otherSpeakersOfTime,
  strayRequests,
  unshadowedTransactions,
} from './habit-rules.ts';
import {
  configImports,
  doorImports,
  misspelledImports,
  neighbourImports,
  sandboxImports,
  trespasses,
  unplacedFiles,
  upwardImports,
} from './import-rules.ts';
import { barrels, defaultExports, foreignWords, meaninglessNames, misnamedFiles, unkebabNames } from './name-rules.ts';
import { oddTimes, ownerlessTables, staleExceptions } from './schema-rules.ts';
import { longFiles, longFunctions } from './size-rules.ts';
import { listFiles, ROOT, readSource, type SourceFile } from './source-file.ts';
import { routesIn, spellPathsOut, uncalledRoutes, untestedRooms } from './twin-rules.ts';

const paths = listFiles();
const all = paths.filter((path) => /^(src|webhooks|evolution|test)\/.*\.ts$|^[\w.]+\.ts$/.test(path)).map(readSource);
const within = (...trees: string[]) => all.filter(({ path }) => trees.some((tree) => path.startsWith(`${tree}/`)));
const ours = within('src', 'webhooks');
const shipped = within('src', 'webhooks', 'evolution');

const offenders = (files: SourceFile[], rule: (file: SourceFile) => string[]) => files.flatMap(rule);
const except = (files: SourceFile[], ...exceptions: string[]) =>
  files.filter(({ path }) => !exceptions.some((exception) => path.startsWith(exception)));
const none: string[] = [];

it('sees the whole house', () => {
  expect(ours.length).toBeGreaterThan(250);
  expect(paths).toContain('src/main.ts');
  expect(paths.some((path) => path.includes('node_modules'))).toBe(false);
});

describe('who may import whom', () => {
  it('every file has a room', () => expect(unplacedFiles(paths)).toEqual(none));
  it('calls go down', () => expect(offenders(ours, upwardImports)).toEqual(none));
  it('never a neighbour', () => expect(offenders(ours, neighbourImports)).toEqual(none));
  it("never another room's routes, worker or schemas", () => expect(offenders(ours, doorImports)).toEqual(none));
  it('the configuration comes with the context', () => expect(offenders(ours, configImports)).toEqual(none));
  it('./ for the same room, #src/ for another, never ../', () =>
    expect(offenders(all, misspelledImports)).toEqual(none));
  it('the simulator knows nothing of ours, and what is shipped knows no test', () =>
    expect(offenders(all, trespasses)).toEqual(none));
  it('only the start of the sandbox knows the simulator', () => expect(offenders(ours, sandboxImports)).toEqual(none));
});

describe('sizes', () => {
  it('files of 300 lines at most', () => expect(all.flatMap(longFiles)).toEqual(none));
  it('functions of 60 lines at most', () => expect(offenders(all, longFunctions)).toEqual(none));
});

describe('names', () => {
  it('say what is inside', () => expect(meaninglessNames(paths)).toEqual(none));
  it('are in kebab-case', () => expect(unkebabNames(paths)).toEqual(none));
  it('are those of what a file exports', () => expect(offenders(shipped, misnamedFiles)).toEqual(none));
  it('are the words of the glossary', () => expect(offenders(ours, foreignWords)).toEqual(none));
  it('no barrels', () => expect(offenders(all, barrels)).toEqual(none));
  it('no default exports, where no tool asks for one', () => {
    const asked = all.filter(({ path }) =>
      /\.config\.ts$|^test\/support\/(global-setup|closing-line-reporter)\.ts$/.test(path),
    );
    expect(
      offenders(
        all.filter((file) => !asked.includes(file)),
        defaultExports,
      ),
    ).toEqual(none);
  });
});

describe('habits', () => {
  it('one clock', () =>
    expect(offenders(except(ours, 'src/platform/clock.ts', 'src/platform/embedded/'), otherClocks)).toEqual(none));
  it('one module says times to people; these write them for machines', () => {
    const machines = [
      'src/customers/export-iys.ts',
      'src/channels/sms/netgsm-time.ts',
      'src/windows/time-zone.ts',
      'src/appointments/time-zone-rules.ts',
      'src/reports/schedule.ts',
    ];
    expect(offenders(except(ours, 'src/platform/time.ts', ...machines), otherSpeakersOfTime)).toEqual(none);
  });
  it('one reader of the environment', () =>
    expect(offenders(except(ours, 'src/config.ts', 'src/platform/embedded/run-as.ts'), environmentReaders)).toEqual(
      none,
    ));
  it('inside a transaction the outer context is out of reach', () =>
    expect(offenders(ours, unshadowedTransactions)).toEqual(none));
  it('the driver below Drizzle is for LISTEN', () => expect(offenders(ours, driverUses)).toEqual(none));
  it('no state in modules', () => expect(offenders(ours, moduleState)).toEqual(none));
  it('the network is reached through channels', () =>
    expect(offenders(except(ours, 'src/channels/'), strayRequests)).toEqual(none));
});

describe('tables', () => {
  it('say whose their rows are', () => {
    expect(ownerlessTables(schema)).toEqual(none);
    expect(staleExceptions(schema)).toEqual(none);
  });
  it('are asked under the belt; who goes round it is known, and why', () =>
    expect(offenders(ours, goesOutside).sort()).toEqual(Object.keys(outsiders).sort()));
  it('name instants so', () => {
    // better-auth's own field names
    const borrowed = { users: ['banExpires'], api_keys: ['lastRequest'] };
    expect(oddTimes(schema, borrowed)).toEqual(none);
  });
});

describe('tests', () => {
  it('every room has some', () => expect(untestedRooms(paths)).toEqual(none));
  it('every route is called by one', () => {
    // test/matrix asks every route who may; here each has a test of what it does
    const tests = except(within('test'), 'test/matrix/', 'test/house/').map(({ text }) => spellPathsOut(text));
    // over HTTP, as a stream, in test/live
    const excused = ['GET /v1/events'];
    const routes = except(ours, 'src/channels/').flatMap(routesIn);
    expect(uncalledRoutes(routes, tests.join('\n'), excused)).toEqual(none);
  });
});

describe('documents', () => {
  it('cite paths that are there', () => {
    const docs = paths
      .filter((path) => path.endsWith('.md'))
      .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
    expect(docs.length).toBeGreaterThan(1);
    expect(docs.flatMap((doc) => deadPaths(doc, new Set(paths)))).toEqual(none);
  });
});
