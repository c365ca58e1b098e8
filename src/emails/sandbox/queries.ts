import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { likePattern } from '#src/customers/customer.ts';
import { foldText } from '#src/customers/fold-text.ts';
import { sandboxMails } from '#src/db/schema/emails.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';

type Search = { search?: string | undefined; limit: number; cursor?: string | undefined };
export type SandboxMailRow = Omit<typeof sandboxMails.$inferSelect, 'raw'>;
export type OpenedMail = SandboxMailRow & {
  headers: { name: string; value: string }[];
  /** Too big to be shown whole. */
  truncated: boolean;
  text: string | null;
  html: string | null;
  attachments: { name: string; mimeType: string; sizeBytes: number }[];
};

const columns = {
  id: sandboxMails.id,
  sender: sandboxMails.sender,
  recipients: sandboxMails.recipients,
  subject: sandboxMails.subject,
  sizeBytes: sandboxMails.sizeBytes,
  rejected: sandboxMails.rejected,
  receivedAt: sandboxMails.receivedAt,
};

/** As `foldText` does it. */
const folded = sql`translate(lower(translate(
  concat_ws(' ', ${sandboxMails.sender}, array_to_string(${sandboxMails.recipients}, ' '), ${sandboxMails.subject}), 'İIŞĞÜÖÇ', 'iisguoc')),
  'ışğüöçâîûéè', 'isguocaiuee')`;

/** What the sandbox took, newest first; every word of `search` is in its addresses or its subject. */
export async function listSandboxMails(
  ctx: AppContext,
  { search, limit, cursor }: Search,
): Promise<Page<SandboxMailRow>> {
  const words = foldText(search ?? '')
    .split(' ')
    .filter(Boolean);
  const rows = await ctx.db
    .select(columns)
    .from(sandboxMails)
    .where(
      and(
        cursor ? lt(sandboxMails.id, decodeIdCursor(cursor)) : undefined,
        ...words.map((word) => sql`${folded} like ${likePattern(word)}`),
      ),
    )
    .orderBy(desc(sandboxMails.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id]);
}

export async function readSandboxMail(ctx: AppContext, id: string): Promise<Buffer> {
  const [row] = await ctx.db.select({ raw: sandboxMails.raw }).from(sandboxMails).where(eq(sandboxMails.id, id));
  if (!row) throw notFound();
  return Buffer.from(row.raw, 'base64');
}

export async function findSandboxMail(ctx: AppContext, id: string): Promise<SandboxMailRow> {
  const [row] = await ctx.db.select(columns).from(sandboxMails).where(eq(sandboxMails.id, id));
  if (!row) throw notFound();
  return row;
}
