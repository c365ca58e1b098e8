import { eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { templateMedia, templateVersions } from '#src/db/schema/templates.ts';
import { readImageName } from '#src/files/image-name.ts';
import { readMedia } from '#src/files/read-media.ts';
import type { TemplateDraft } from './check-content.ts';

/** Writes a version down for good, and which files the template uses from now on. */
export async function saveVersion(
  ctx: OrgContext,
  templateId: string,
  { number, draft, variables }: { number: number; draft: TemplateDraft; variables: string[] },
): Promise<void> {
  const { organizationId, userId } = ctx;
  const { channel: _, ...content } = draft;
  await ctx.db
    .insert(templateVersions)
    .values({ ...content, organizationId, templateId, number, variables, userId, createdAt: ctx.clock.now() });
  await ctx.db.delete(templateMedia).where(eq(templateMedia.templateId, templateId));
  const used = [...new Set(mediaOf(ctx, draft).map((mediaId) => mediaId.toLowerCase()))];
  if (used.length === 0) return;
  await readMedia(ctx, used);
  await ctx.db.insert(templateMedia).values(used.map((mediaId) => ({ organizationId, templateId, mediaId })));
}

const IMAGE = /\/images\/([\w-]{43}\.(?:jpg|png))/g;

/** What it sends along, and the pictures of ours that it shows. */
const mediaOf = ({ authSecret, config }: OrgContext, { mediaIds, source }: TemplateDraft): string[] => [
  ...mediaIds,
  ...Array.from((source ? JSON.stringify(source) : '').matchAll(IMAGE), ([, name]) =>
    readImageName(authSecret, name!, config.formerAuthSecrets),
  ).filter((id) => id !== null),
];
