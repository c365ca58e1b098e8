import type { Text } from '#src/platform/language.ts';

export const problemReasons = [
  'group-gone',
  'campaign-gone',
  'custom-field-gone',
  'custom-field-changed',
  'segment-gone',
  'segment-cycle',
  'too-large',
  'unreadable',
] as const;
export type ProblemReason = (typeof problemReasons)[number];

/** Why a filter lets nobody through: it speaks of something that is not there any more. */
export type FilterProblem = {
  /** Within the filter: `and[0].value[1]`. */
  path: string;
  reason: ProblemReason;
  message: Text;
};

const said =
  (reason: ProblemReason, en: string, tr: string) =>
  /** `segment`: the name of the one in which it stands, where it is not the filter itself. */
  (segment: string | null, path: string): FilterProblem => ({
    path,
    reason,
    message: segment ? { en: `In the segment “${segment}”: ${en}`, tr: `“${segment}” segmentinde: ${tr}` } : { en, tr },
  });

export const problemTexts = {
  'group-gone': said('group-gone', 'No such group', 'Böyle bir grup yok'),
  'campaign-gone': said('campaign-gone', 'No such campaign', 'Böyle bir kampanya yok'),
  'custom-field-gone': said('custom-field-gone', 'No such custom field', 'Böyle bir özel alan yok'),
  'segment-gone': said('segment-gone', 'No such segment', 'Böyle bir segment yok'),
  'segment-cycle': said('segment-cycle', 'A segment cannot contain itself', 'Bir segment kendini içeremez'),
  'too-large': said('too-large', 'Too many segments within each other', 'Çok fazla segment iç içe'),
  unreadable: said('unreadable', 'It cannot be read any more', 'Artık okunamıyor'),
};
