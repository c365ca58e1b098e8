import type { archiveExports } from '#src/db/schema/archive.ts';
import type { Language } from '#src/platform/language.ts';
import { Problem } from '#src/platform/problem.ts';

export type Export = typeof archiveExports.$inferSelect;

export const DAY_MS = 86_400_000;
/** Tries before an export or import is given up. */
export const MOST_ATTEMPTS = 3;
/** What has not come to an end by then never will: its process was killed once too often. */
export const GIVEN_UP_AFTER_MS = DAY_MS;
export const OPEN = ['pending', 'running'] as const;

export const exportKey = (id: string): string => `archives/exports/${id}`;

/** What it is called where it is saved. */
export const fileNameOf = ({ subjectId, createdAt }: Export, language: Language): string => {
  const what = { tr: { all: 'platform', one: 'firma' }, en: { all: 'platform', one: 'organization' } }[language];
  return `ulak-${subjectId === null ? what.all : what.one}-${createdAt.toISOString().slice(0, 10)}.tar.gz`;
};

/** Of what has been read so far, of 100; the rest of the time goes into packing. */
export const percentOf = ({ status, doneRows, totalRows }: Export): number =>
  status === 'completed' || status === 'expired'
    ? 100
    : Math.min(99, Math.floor((doneRows * 100) / Math.max(totalRows, 1)));

export const alreadyUnderWay = (): Problem =>
  new Problem('conflict', {
    detail: {
      en: 'Another archive is being made; wait for it or cancel it',
      tr: 'Başka bir arşiv hazırlanıyor; bitmesini bekleyin ya da iptal edin',
    },
  });
