import { sql } from 'drizzle-orm';
import { foldText } from '#src/customers/fold-text.ts';
import type { Db } from '#src/db/client.ts';
import type { LogLine } from './read-line.ts';

/** PostgreSQL's class for content that it cannot keep. */
const CONTENT = /^22/;

/**
 * Keeps lines, and counts the errors among them: in one statement, so each is counted once however often its batch is brought, by
 * however many processes. What PostgreSQL refuses for its content is left out, alone.
 * @returns how many were left out.
 */
export async function storeLines(db: Db, process: string, lines: LogLine[]): Promise<number> {
  if (lines.length === 0) return 0;
  try {
    await insert(db, process, lines);
    return 0;
  } catch (error) {
    if (!isContent(error)) throw error;
    if (lines.length === 1) return 1;
    const half = Math.ceil(lines.length / 2);
    return (await storeLines(db, process, lines.slice(0, half))) + (await storeLines(db, process, lines.slice(half)));
  }
}

function isContent(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (CONTENT.test(String((at as { code?: unknown }).code)) && 'severity' in at) return true;
  return false;
}

/** An error that was resolved and comes again is open again. Locked in the order of their ids, so that processes wait for each other in one direction. */
async function insert(db: Db, process: string, lines: LogLine[]): Promise<void> {
  const column = <T>(of: (line: LogLine) => T) => sql.param(lines.map(of));
  await db.execute(sql`
    with line as (
      select * from unnest(
        ${column((l) => l.id)}::uuid[], ${column((l) => l.at)}::timestamptz[], ${column((l) => l.level)}::smallint[],
        ${column((l) => l.message)}::text[], ${column((l) => l.requestId)}::text[], ${column((l) => l.userId)}::uuid[],
        ${column((l) => l.organizationId)}::uuid[], ${column((l) => l.campaignId)}::uuid[], ${column((l) => l.job)}::text[],
        ${column((l) => l.fingerprint?.id ?? null)}::uuid[], ${column((l) => JSON.stringify(l.fields))}::text[],
        ${column((l) => l.searchText)}::text[], ${column((l) => l.fingerprint?.type ?? null)}::text[],
        ${column((l) => l.fingerprint?.message ?? null)}::text[], ${column((l) => l.fingerprint?.place ?? null)}::text[],
        ${column((l) => searched(l))}::text[]
      ) as l (id, at, level, message, request_id, user_id, organization_id, campaign_id, job, fingerprint, fields, search_text, type, error, place, error_text)
    ), added as (
      insert into log_lines (id, at, level, message, request_id, user_id, organization_id, campaign_id, job, process, fingerprint, fields, search_text)
      select id, at, level, message, request_id, user_id, organization_id, campaign_id, job, ${process}, fingerprint, fields::jsonb, search_text from line
      on conflict (at, id) do nothing returning id, fingerprint
    ), seen as (
      select fingerprint, count(*) as count, min(at) as first, max(at) as last, max(level) as level,
        (array_agg(jsonb_build_object('type', type, 'error', error, 'place', place, 'search', error_text,
          'sample', fields::jsonb || jsonb_strip_nulls(jsonb_build_object('message', message, 'requestId', request_id, 'userId', user_id,
            'organizationId', organization_id, 'campaignId', campaign_id, 'job', job))) order by at desc))[1] as newest
      from line where fingerprint is not null and id in (select id from added) group by fingerprint
    )
    insert into error_groups as g (id, type, message, place, level, count, first_seen_at, last_seen_at, sample, search_text)
    select fingerprint, newest ->> 'type', newest ->> 'error', newest ->> 'place', level, count, first, last, newest -> 'sample', newest ->> 'search'
    from seen order by fingerprint
    on conflict (id) do update set
      count = g.count + excluded.count, level = greatest(g.level, excluded.level),
      first_seen_at = least(g.first_seen_at, excluded.first_seen_at), last_seen_at = greatest(g.last_seen_at, excluded.last_seen_at),
      message = case when excluded.last_seen_at >= g.last_seen_at then excluded.message else g.message end,
      sample = case when excluded.last_seen_at >= g.last_seen_at then excluded.sample else g.sample end,
      search_text = case when excluded.last_seen_at >= g.last_seen_at then excluded.search_text else g.search_text end,
      resolved_at = case when excluded.last_seen_at > g.resolved_at then null else g.resolved_at end,
      resolved_by = case when excluded.last_seen_at > g.resolved_at then null else g.resolved_by end,
      reopened_at = case when excluded.last_seen_at > g.resolved_at then excluded.last_seen_at else g.reopened_at end,
      reopenings = g.reopenings + case when excluded.last_seen_at > g.resolved_at then 1 else 0 end`);
}

const searched = ({ fingerprint, message }: LogLine): string | null =>
  fingerprint &&
  foldText([fingerprint.type, fingerprint.message, fingerprint.place, message].join(' ')).slice(0, 1_500);
