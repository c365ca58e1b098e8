import { sql } from 'drizzle-orm';
import { addressHash } from '#src/customers/address-hash.ts';
import { createMailKeys, type MailToken, signToken } from '#src/emails/mail-token.ts';
import { newId } from '#src/platform/ids.ts';
import type { Language } from '#src/platform/language.ts';
import { AUTH_SECRET, type World } from '#test/support/world.ts';
import { countingCarrier, createAddressees, createMailing } from './mailing-scene.ts';

export const keys = createMailKeys(AUTH_SECRET);
export const sign = (token: MailToken): string => signToken(keys, token);

export type Recipient = { id: string; customerId: string; address: string; campaignId: string };

/** A running email campaign of acme's to `count` people; nobody has got it yet. */
export async function stageMailing(world: World, count: number, prefix = `p${newId().slice(-6)}-`) {
  const carrier = countingCarrier();
  const groupId = await createAddressees(world, world.acme, count, prefix);
  const { id, mailing } = await createMailing(world, world.acme, groupId, carrier);
  const rows = await world.ctx.db.execute<{ id: string; customer_id: string; address: string }>(
    sql`select id, customer_id, address from campaign_recipients where campaign_id = ${id} order by position`,
  );
  const recipients = rows.map(
    (row): Recipient => ({ id: row.id, customerId: row.customer_id, address: row.address, campaignId: id }),
  );
  return { id, mailing, carrier, groupId, prefix, recipients };
}

/** Says that they got it, now or `minutesAgo`. */
export async function markSent(world: World, campaignId: string, minutesAgo = 0): Promise<void> {
  const at = new Date(world.clock.now().getTime() - minutesAgo * 60_000).toISOString();
  await world.ctx.db.execute(sql`update email_batches set due_at = null where campaign_id = ${campaignId}`);
  await world.ctx.db.execute(sql`
    update campaign_recipients set status = 'sent', attempt = 1, dispatched_at = ${at}::timestamptz, sent_at = ${at}::timestamptz
    where campaign_id = ${campaignId} and status = 'queued'`);
}

export const unsubscribeToken = (
  { acme }: World,
  { id, address }: Pick<Recipient, 'id' | 'address'>,
  language: Language = 'tr',
): string =>
  sign({
    kind: 'unsubscribe',
    organizationId: acme.organizationId,
    recipientId: id,
    emailHash: addressHash(acme.organizationId, address),
    language,
  });

export async function rowOf(world: World, id: string): Promise<Record<string, unknown>> {
  const [row] = await world.ctx.db.execute<Record<string, unknown>>(
    sql`select * from campaign_recipients where id = ${id}`,
  );
  return row!;
}
