import { and, eq, inArray } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { media } from '#src/db/schema/files.ts';
import { readImageName } from '#src/files/image-name.ts';
import type { Text } from '#src/platform/language.ts';
import type { CompiledContent } from './compose-content.ts';
import { refuseContent } from './content-mistake.ts';

const NAME = /^[^"'()<>\s]*/;

/** Pictures that a mail has by an address of ours are there, and the organization's own. Throws a 400 that names those that are not. */
export async function requireOwnImages(
  ctx: OrgContext,
  { html, source }: Pick<CompiledContent, 'html' | 'source'>,
): Promise<void> {
  const [, ...after] = html.split(`${ctx.publicUrl}/images/`);
  const names = [...new Set(after.map((text) => NAME.exec(text)![0]))];
  if (names.length === 0) return;
  const ids = names.map((name) => readImageName(ctx.authSecret, name, ctx.config.formerAuthSecrets));
  const own = await ctx.db
    .select({ id: media.id })
    .from(media)
    .where(
      and(
        eq(media.organizationId, ctx.organizationId),
        inArray(
          media.id,
          ids.filter((id) => id !== null),
        ),
      ),
    );
  const known = new Set(own.map(({ id }) => id));
  const missing = names.filter((_, i) => ids[i] === null || !known.has(ids[i]!));
  if (missing.length === 0) return;
  const path = source.kind === 'layout' ? 'layout.imageUrl' : source.kind;
  throw refuseContent(missing.map((name) => ({ path, message: noSuchImage(`${ctx.publicUrl}/images/${name}`) })));
}

const noSuchImage = (url: string): Text => ({
  en: `There is no picture of yours at ${url.slice(0, 150)}: take \`imageUrl\` of the uploaded file as it is`,
  tr: `${url.slice(0, 150)} adresinde bir görseliniz yok: yüklediğiniz dosyanın \`imageUrl\` değerini olduğu gibi kullanın`,
});
