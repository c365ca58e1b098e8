import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { Text } from '#src/platform/language.ts';
import { Problem } from '#src/platform/problem.ts';
import { imageName } from './image-name.ts';
import type { Media } from './media.ts';

const OPEN = sql`('queued', 'sending', 'unknown')`;

/** Campaigns that will still send a medium, or may have to: running, waiting, or with a message that is not settled. */
const sendingCampaigns = (mediaId: SQL, organizationId: SQL): SQL => sql`
  campaigns c where c.organization_id = ${organizationId} and c.media_ids @> array[${mediaId}] and (c.status in ('pending', 'running', 'paused')
    or exists (select from messages m where m.campaign_id = c.id and m.status in ${OPEN}))`;

/** Single messages on their way; those of campaigns go by their campaign. */
const singleMessages = (mediaId: SQL, organizationId: SQL): SQL => sql`
  instances i join messages m on m.instance_id = i.id
  where i.organization_id = ${organizationId} and m.media_id = ${mediaId} and m.campaign_id is null and m.direction = 'out'
    and (m.status = 'queued' or (m.status = 'sending' and m.claimed_at is not null) or (m.status = 'unknown' and m.reconcile_at is not null))`;

/** The condition that something on its way needs a medium. */
export const isOnItsWay = (mediaId: SQL, organizationId: SQL): SQL =>
  sql`(exists (select from ${sendingCampaigns(mediaId, organizationId)}) or exists (select from ${singleMessages(mediaId, organizationId)}))`;

type Use = { id: string; name: string; status: string };

/** Throws 409 that says where, while something that is on its way or a template needs the medium. Its row has to be locked. */
export async function requireUnused(ctx: OrgContext, row: Media): Promise<void> {
  const [id, organizationId] = [sql`${row.id}::uuid`, sql`${row.organizationId}::uuid`];
  const campaigns = await ctx.db.execute<Use>(
    sql`select c.id, c.name, c.status from ${sendingCampaigns(id, organizationId)} order by c.id desc limit 20`,
  );
  const mailings = await findMailings(ctx, row);
  const [messages] = await ctx.db.execute<{ count: number }>(
    sql`select count(*)::int as count from ${singleMessages(id, organizationId)}`,
  );
  const templates = await ctx.db.execute<{ id: string; name: string }>(sql`
    select t.id, t.name from template_media u join templates t on t.id = u.template_id
    where u.media_id = ${id} order by t.id desc limit 20`);
  const uses = [...campaigns, ...mailings];
  const { count } = messages!;
  if (uses.length === 0 && templates.length === 0 && count === 0) return;
  throw new Problem('media-in-use', {
    detail: detailOf(uses, templates, count),
    members: { campaigns: uses, templates, queuedMessages: count },
  });
}

/** Email campaigns not yet over whose content shows the picture. */
async function findMailings(ctx: OrgContext, row: Media): Promise<Use[]> {
  const secrets = [ctx.authSecret, ...ctx.config.formerAuthSecrets];
  const names = secrets.map((secret) => imageName(secret, row)).filter((name) => name !== null);
  if (names.length === 0) return [];
  const shown = sql.join(
    names.map((name) => sql`strpos(content.html, ${name}) > 0`),
    sql` or `,
  );
  return ctx.db.execute<Use>(sql`
    select c.id, c.name, c.status from campaigns c join email_contents content on content.id = c.email_content_id
    where c.organization_id = ${row.organizationId}::uuid and c.status in ('pending', 'running', 'paused')
      and (${shown}) order by c.id desc limit 20`);
}

type Named = { name: string };

function detailOf(campaigns: Named[], templates: Named[], queued: number): Text {
  const namesOf = (list: Named[]) => list.map(({ name }) => `“${name}”`).join(', ');
  const [sending, written] = [namesOf(campaigns), namesOf(templates)];
  const en = [sending && `campaigns ${sending}`, written && `templates ${written}`, queued > 0 && `${queued} messages`];
  const tr = [
    sending && `${sending} kampanyaları`,
    written && `${written} şablonları`,
    queued > 0 && `${queued} mesaj`,
  ];
  return {
    en: `The file is still to be sent, by: ${en.filter(Boolean).join('; ')}`,
    tr: `Dosya henüz gönderilecek; kullananlar: ${tr.filter(Boolean).join('; ')}`,
  };
}
