import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { eq, sql } from 'drizzle-orm';
import { dropSingles } from '#src/campaigns/drop-singles.ts';
import type { AppContext } from '#src/context.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import type { ArchiveProblem } from '#src/db/schema/archive.ts';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import { recordsFor } from '#src/emails/records-for.ts';
import { dropSms } from '#src/sms/drop-sms.ts';
import { ArchiveFault, faultAt } from './archive-fault.ts';
import { findStrays } from './find-strays.ts';
import type { Loaded, Loading } from './load-archive.ts';

const makeKeys = promisify(generateKeyPair);
/** Of tables that grew by more, the planner is told before they are counted through. */
const TOLD_FROM = 5_000;

/**
 * What is left to do once all rows are in, in the same transaction: addresses are known by their new hashes, keys that did not come are made,
 * what waited to be sent is not sent, and the ledger is proved. Throws ArchiveFault. @returns what is worth knowing.
 */
export async function settleArrival(
  ctx: AppContext,
  { mode, targetId, rehearsal }: Pick<Loading, 'mode' | 'targetId' | 'rehearsal'>,
  { manifest, report, organizationId, remapping }: Loaded,
): Promise<ArchiveProblem[]> {
  const warnings: ArchiveProblem[] = [];
  const { scope } = manifest;
  if (organizationId !== null && scope.type === 'organization' && organizationId !== scope.id)
    warnings.push(...(await rehash(ctx, scope.id, organizationId)));
  await makeMissingKeys(ctx);
  await nameUsers(ctx, organizationId);
  for (const [table, rows] of Object.entries(report.tables))
    if (rows >= TOLD_FROM) await ctx.db.execute(sql.raw(`analyze "${table}"`));
  if (mode === 'replace' && !rehearsal && remapping.pictures === null) await findStrays(ctx, targetId!);
  // from here on rows change as they always do
  await ctx.db.execute(sql`select set_config('ulak.importing', 'off', true)`);
  await dropWaiting(ctx, organizationId);
  await requireLedger(ctx, organizationId);
  return warnings;
}

async function rehash({ db }: AppContext, from: string, to: string): Promise<ArchiveProblem[]> {
  await db.execute(sql`
    update consents c set address_hash = address_hash(${to}::uuid, a.address) from customer_addresses a
    where c.organization_id = ${to}::uuid and a.customer_id = c.customer_id and c.address_hash = address_hash(${from}::uuid, a.address)`);
  for (const kind of ['phone', 'email']) {
    const [address, hash] = [sql.raw(kind), sql.raw(`${kind}_hash`)];
    await db.execute(sql`
      update suppressions s set ${hash} = address_hash(${to}::uuid, a.address) from customer_addresses a
      where s.organization_id = ${to}::uuid and s.${address} is null and a.organization_id = ${to}::uuid and a.kind = ${kind}
        and s.${hash} = address_hash(${from}::uuid, a.address)`);
  }
  const [lost] = await db.execute<{ lost: string }>(sql`
    select count(*) as lost from suppressions s where s.organization_id = ${to}::uuid and s.phone is null and s.email is null
      and not exists (select from customer_addresses a where a.organization_id = s.organization_id and a.hash in (s.phone_hash, s.email_hash))`);
  return Number(lost!.lost) > 0 ? [faultAt('hashes-lost', `suppressions: ${lost!.lost}`)] : [];
}

/** By what the list of users is searched and sorted. */
const nameUsers = ({ db }: AppContext, organizationId: string | null) =>
  organizationId === null
    ? db.execute(sql`select write_user_words(array(select id from users))`)
    : db.execute(
        sql`select write_user_words(array(select user_id from members where organization_id = ${organizationId}::uuid))`,
      );

/** Keys that stayed where the archive was made: mail is signed with new ones, which the DNS has to learn; servers are switched off. */
async function makeMissingKeys(ctx: AppContext): Promise<void> {
  const missing = await ctx.db.select().from(sendingIdentities).where(eq(sendingIdentities.dkimKeySealed, ''));
  for (const identity of missing) {
    const { publicKey, privateKey } = await makeKeys('rsa', { modulusLength: 2048 });
    const dkimPublicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    await ctx.db
      .update(sendingIdentities)
      .set({
        dkimKeySealed: ctx.secrets.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
        dkimPublicKey,
        records: recordsFor(ctx, { ...identity, dkimPublicKey }),
        status: 'pending',
        verifiedAt: null,
        // the login of a mail server of its own has stayed there, too
        ...(identity.smtpUrlSealed === null && { carrier: ctx.carriers.own.kind }),
      })
      .where(eq(sendingIdentities.id, identity.id));
  }
  await ctx.db.execute(
    sql`update evolution_servers set enabled = false, api_key = ${ctx.secrets.seal('')} where api_key = ''`,
  );
}

/** Single messages and SMS that waited there are not sent here, and what was held for them is free again. */
async function dropWaiting(ctx: AppContext, organizationId: string | null): Promise<void> {
  const own = organizationId === null ? sql`true` : sql`organization_id = ${organizationId}::uuid`;
  for (;;) {
    const waiting = await ctx.db.execute<{ id: string }>(sql`
      select id from messages where ${own} and campaign_id is null and direction = 'out' and status = 'queued' limit 500`);
    await dropSingles(
      ctx,
      waiting.map(({ id }) => ({ id, reason: 'imported' })),
    );
    if (waiting.length < 500) break;
  }
  for (;;) {
    const waiting = await ctx.db.execute<{ id: string }>(
      sql`select id from sms_messages where ${own} and status = 'queued' limit 500`,
    );
    await dropSms(
      ctx,
      waiting.map(({ id }) => id),
      'imported',
    );
    if (waiting.length < 500) break;
  }
}

/** Throws `ledger-differs`. */
async function requireLedger(ctx: AppContext, organizationId: string | null): Promise<void> {
  const accounts =
    organizationId === null
      ? [{}]
      : (
          await ctx.db.execute<{ user_id: string }>(
            sql`select user_id from credit_accounts where organization_id = ${organizationId}::uuid`,
          )
        ).map((row) => ({ userId: row.user_id }));
  for (const account of accounts) {
    const [difference] = await proveLedger(ctx, account);
    if (difference)
      throw new ArchiveFault('ledger-differs', `${difference.about}: ${difference.found} ≠ ${difference.expected}`);
  }
}
