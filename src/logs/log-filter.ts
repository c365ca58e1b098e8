import { likePattern } from '#src/customers/customer.ts';
import { foldText } from '#src/customers/fold-text.ts';

/** What is asked of the lines; undefined: anything. */
export type LogFilter = {
  /** This level or a higher one, as pino counts. */
  level?: number | undefined;
  userId?: string | undefined;
  organizationId?: string | undefined;
  campaignId?: string | undefined;
  requestId?: string | undefined;
  job?: string | undefined;
  errorId?: string | undefined;
  search?: string | undefined;
};

/** What trigrams can find. */
export const SHORTEST_WORD = 3;

export const wordsOf = (search: string | undefined): string[] =>
  foldText(search ?? '')
    .split(' ')
    .filter(Boolean);

/** Words as a line's `search_text` is compared with them. */
export const patternsOf = (search: string | undefined): string[] => wordsOf(search).map(likePattern);

type Line = {
  level: number;
  userId: string | null;
  organizationId: string | null;
  campaignId: string | null;
  requestId: string | null;
  job: string | null;
  fingerprint: string | null;
  searchText: string;
};

/** The same question, put to a line at hand. */
export function createMatcher(filter: LogFilter): (line: Line) => boolean {
  const { level = 0, search, errorId, ...ids } = filter;
  const words = wordsOf(search);
  const wanted = Object.entries({ ...ids, fingerprint: errorId }).filter(([, value]) => value !== undefined);
  return (line) =>
    line.level >= level &&
    wanted.every(([name, value]) => line[name as keyof Line] === value) &&
    words.every((word) => line.searchText.includes(word));
}
