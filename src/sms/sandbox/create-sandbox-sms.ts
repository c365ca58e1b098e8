import { between, inArray, sql } from 'drizzle-orm';
import type { OutgoingSms, SentByCarrier, SmsCarrier, SmsReport } from '#src/channels/sms/sms-carrier.ts';
import { accepted, rejected, type SmsOutcome, unavailable, unknown } from '#src/channels/sms/sms-outcome.ts';
import type { AppContext } from '#src/context.ts';
import { sandboxSms } from '#src/db/schema/sms.ts';
import { newId } from '#src/platform/ids.ts';
import { countSegments } from '#src/sms/count-segments.ts';
import { fateOf } from './sandbox-phone.ts';

type Ctx = Pick<AppContext, 'db' | 'clock'>;
type Row = typeof sandboxSms.$inferSelect;

const SENDER = 'ULAK';
const MOST_KEPT = 2_000;
const TIDY_EVERY = 50;
const TIMEOUT_MS = 15_000;

/** The carrier of the sandbox: it keeps what it is given, tells of it when asked as Netgsm does, and sends nothing. */
export const createSandboxSms = (ctx: Ctx): SmsCarrier => ({
  kind: 'sandbox',
  turkish: true,
  unicode: true,
  timeoutMs: TIMEOUT_MS,
  send: (sms) => take(ctx, sms),
  async reports(asked) {
    const ids = asked.map(({ providerMessageId }) => providerMessageId);
    const rows = await ctx.db.select().from(sandboxSms).where(inArray(sandboxSms.id, ids));
    return rows.flatMap((row) => reportOf(row) ?? []);
  },
  async taken(from, to) {
    const rows = await ctx.db
      .select()
      .from(sandboxSms)
      .where(between(sandboxSms.receivedAt, from, to));
    return rows.map(toTaken);
  },
  async close() {},
});

async function take(ctx: Ctx, { phone, text }: OutgoingSms): Promise<SmsOutcome> {
  const fate = fateOf(phone);
  const cause = 'by the last digits of its phone (sandbox)';
  if (fate.kind === 'rejected') return rejected(fate.reason, cause);
  if (fate.kind === 'unavailable') return unavailable(fate.reason, cause);
  const { encoding, segments } = countSegments(text, { turkish: true });
  const id = newId();
  await ctx.db.insert(sandboxSms).values({
    id,
    sender: SENDER,
    phone,
    body: text,
    encoding,
    segments,
    fate: fate.fate,
    answerLost: fate.answerLost ?? false,
    receivedAt: ctx.clock.now(),
  });
  if (Number.parseInt(id.slice(-4), 16) % TIDY_EVERY === 0) await forgetOld(ctx);
  return fate.answerLost ? unknown('timeout', cause) : accepted(id);
}

const reportOf = ({ id, fate, receivedAt }: Row): SmsReport | null =>
  fate === 'silent'
    ? null
    : {
        providerMessageId: id,
        status: fate,
        reason: fate === 'failed' ? 'unreachable' : null,
        at: new Date(receivedAt.getTime() + 1_000),
      };

const toTaken = (row: Row): SentByCarrier => ({ providerMessageId: row.id, phone: row.phone, report: reportOf(row) });

const forgetOld = (ctx: Ctx) =>
  ctx.db.execute(sql`
    delete from sandbox_sms where id in (select id from sandbox_sms order by received_at desc, id desc offset ${MOST_KEPT})`);
