import { and, desc, eq, sql } from 'drizzle-orm';
import { decodeWords } from 'postal-mime';
import type { AppContext } from '#src/context.ts';
import { sandboxMails } from '#src/db/schema/emails.ts';
import { type CarrierEventRow, recordCarrierEvents } from '#src/emails/record-carrier-events.ts';
import { newId } from '#src/platform/ids.ts';
import { fateOf, LATER_TIMES } from './sandbox-address.ts';

type Ctx = Pick<AppContext, 'db' | 'clock'>;
export type SandboxMail = { sender: string; recipients: string[]; raw: Buffer };

const MOST_KEPT = 2_000;
const MOST_BYTES = 256 * 1024 * 1024;
/** Not at every mail, but at every big one. */
const TIDY_EVERY = 50;
const BIG_BYTES = 1024 * 1024;

/** Keeps a mail and what a carrier would report of it; only the newest 2,000 stay, and no more than 256 MB of them. @returns its id. */
export async function saveSandboxMail(ctx: Ctx, { sender, recipients, raw }: SandboxMail): Promise<string> {
  const id = newId();
  const head = headOf(raw);
  await ctx.db.insert(sandboxMails).values({
    id,
    sender,
    recipients,
    subject: storable(decodeWords(fieldOf(head, 'subject') ?? '')),
    raw: raw.toString('base64'),
    sizeBytes: raw.length,
    receivedAt: ctx.clock.now(),
  });
  const recipientId = fieldOf(head, 'x-ulak-recipient');
  if (recipientId)
    await recordCarrierEvents(
      ctx,
      recipients.flatMap((address) => eventsOf(ctx, { id, recipientId, address })),
    );
  if (raw.length > BIG_BYTES || Number.parseInt(id.slice(-4), 16) % TIDY_EVERY === 0) await forgetOld(ctx);
  return id;
}

/** An attempt that was refused at RCPT: nothing came of it but this line. */
export async function saveRefusal(ctx: Ctx, sender: string, address: string): Promise<void> {
  await ctx.db.insert(sandboxMails).values({
    id: newId(),
    sender,
    recipients: [address],
    subject: '',
    raw: '',
    sizeBytes: 0,
    rejected: true,
    receivedAt: ctx.clock.now(),
  });
}

/** Whether `later@…` has been refused often enough since it was last taken. */
export async function isPatient(ctx: Ctx, address: string): Promise<boolean> {
  const tries = await ctx.db
    .select({ rejected: sandboxMails.rejected })
    .from(sandboxMails)
    .where(and(eq(sql`${sandboxMails.recipients}[1]`, address)))
    .orderBy(desc(sandboxMails.id))
    .limit(LATER_TIMES);
  return tries.length === LATER_TIMES && tries.every(({ rejected }) => rejected);
}

/** In our words, so that nothing has to be translated later. */
function eventsOf(ctx: Ctx, mail: { id: string; recipientId: string; address: string }): CarrierEventRow[] {
  const { id, recipientId, address } = mail;
  const event = (type: string, more: object = {}): CarrierEventRow => ({
    carrier: 'sandbox',
    noticeId: `${id}:${type}:${address}`,
    payload: { type, recipientId, messageId: id, address, at: ctx.clock.now().toISOString(), ...more },
  });
  switch (fateOf(address)) {
    case 'bounce':
      return [event('bounce', { bounce: { kind: 'hard', code: '5.1.1', text: '550 5.1.1 User unknown (sandbox)' } })];
    case 'full':
      return [event('bounce', { bounce: { kind: 'soft', code: '4.2.2', text: '452 4.2.2 Mailbox full (sandbox)' } })];
    case 'complaint':
      return [event('delivery'), event('complaint')];
    default:
      return [event('delivery')];
  }
}

const headOf = (raw: Buffer): string => {
  const end = raw.indexOf('\r\n\r\n');
  return raw.toString('utf8', 0, end < 0 ? raw.length : end);
};

const fieldOf = (head: string, name: string): string | undefined =>
  new RegExp(`^${name}:[ \\t]*(.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(head)?.[1]?.replaceAll(/\r\n[ \t]+/g, ' ');

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed().slice(0, 1_000);

const forgetOld = (ctx: Ctx) =>
  ctx.db.execute(sql`
    delete from sandbox_mails where id in (
      select id from (
        select id, row_number() over newest as place, sum(size_bytes) over newest as bytes from sandbox_mails window newest as (order by id desc)
      ) kept where place > ${MOST_KEPT} or place > 1 and bytes > ${MOST_BYTES}::bigint)`);
