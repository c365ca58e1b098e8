import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verbLabels } from '#src/activities/verb-labels.ts';
import { transitions } from '#src/appointments/appointment.ts';
import { listFiles, ROOT } from '#test/house/source-file.ts';

/** `verb: 'groups.rename'`, and either side of `verb: is ? 'a.b' : 'a.c'`. */
const VERB = /\bverb:\s*(?:[^,{}]*?\?\s*)?'([a-z-]+\.[a-z-]+)'(?:\s*:\s*'([a-z-]+\.[a-z-]+)')?/g;

it('every verb that the code records has a label in Turkish and English', () => {
  const texts = listFiles()
    .filter((path) => /^(src|webhooks)\/.*\.ts$/.test(path) && !path.endsWith('/schemas.ts'))
    .map((path) => readFileSync(join(ROOT, path), 'utf8'));
  const written = texts.flatMap((text) => [...text.matchAll(VERB)].flatMap(([, one, other]) => [one!, other ?? one!]));
  const steps = Object.keys(transitions).map((step) => `appointments.${step}`);
  const verbs = [...new Set([...written, ...steps])];
  expect(verbs.length).toBeGreaterThan(120);
  expect(verbs.filter((verb) => !verbLabels[verb])).toEqual([]);
  for (const { en, tr } of Object.values(verbLabels)) expect(en === tr || en === '' || tr === '').toBe(false);
});
