import { type SQL, sql } from 'drizzle-orm';

/** Two subjects on a share of the recipients, half of it each. `winner` null: not decided yet. */
export type SubjectTest = { sharePercent: number; winner: number | null };

const BUCKETS = 60;

/** Which subject a recipient gets, 0 or 1, by his bucket (0 to 59); null: he waits for the winner. */
export function subjectOf(test: SubjectTest | null, bucket: number): 0 | 1 | null {
  if (!test) return 0;
  if (bucket * 100 < test.sharePercent * BUCKETS) return bucket % 2 === 0 ? 0 : 1;
  return test.winner === null ? null : test.winner === 0 ? 0 : 1;
}

/** The same as a condition: whether a bucket belongs to the share. */
export const inShare = (bucket: SQL, sharePercent: SQL): SQL =>
  sql`${bucket} * 100 < ${sharePercent} * ${BUCKETS}::int`;
