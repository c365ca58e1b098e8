import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** A mail was opened (`link` null) or one of its links followed. */
export type Hit = {
  recipientId: string;
  link: number | null;
  /** Why the request itself says that it is a machine's. */
  automated: string | null;
  userAgent: string | null;
  hitAt: Date;
};
export type HitWriter = {
  /** Keeps it soon, and keeps nobody waiting for that; when the database cannot keep up it is dropped. */
  write(ctx: AppContext, hit: Hit): void;
  /** When all that came is kept. */
  idle(): Promise<void>;
};

const MOST_AT_ONCE = 500;
const MOST_WAITING = 10_000;
/** Of one recipient: whoever calls for ever fills no disk. */
const MOST_KEPT = 100;

/** Opens and clicks: what comes while a statement runs goes into the next one. */
export function createHitWriter(): HitWriter {
  let waiting: Hit[] = [];
  let running: Promise<void> | null = null;
  async function run(ctx: AppContext): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      await saveHits(ctx, batch).catch((error) =>
        ctx.log.error({ err: error, hits: batch.length }, 'opens and clicks were lost'),
      );
    }
    running = null;
  }
  return {
    write(ctx, hit) {
      if (waiting.length >= MOST_WAITING) return;
      waiting.push(hit);
      running ??= run(ctx);
    },
    idle: async () => void (await running),
  };
}

/** Only of recipients who are still there, and whose campaign and organization follow such things. */
export async function saveHits(ctx: Pick<AppContext, 'db'>, hits: Hit[]): Promise<void> {
  await ctx.db.execute(sql`
    insert into email_hits (organization_id, campaign_id, recipient_id, link, automated, user_agent, hit_at)
    select r.organization_id, r.campaign_id, r.id, h.link, h.automated, h."userAgent", h."hitAt"
    from (
      select *, row_number() over (partition by "recipientId" order by "hitAt") as nth from jsonb_to_recordset(${JSON.stringify(hits)}::jsonb)
        as given("recipientId" uuid, link smallint, automated text, "userAgent" text, "hitAt" timestamptz)
    ) h
    join campaign_recipients r on r.id = h."recipientId"
    join campaigns c on c.id = r.campaign_id
    join organizations o on o.id = r.organization_id
    where o.mail_tracking and case when h.link is null then c.track_opens else c.track_clicks end
      and h.nth + (select count(*) from (select from email_hits k where k.recipient_id = r.id limit ${MOST_KEPT}) kept) <= ${MOST_KEPT}`);
}
