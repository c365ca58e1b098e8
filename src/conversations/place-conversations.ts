import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { postgresCode } from '#src/customers/postgres-code.ts';
import { newId } from '#src/platform/ids.ts';
import { type ConversationRow, type Found, findConversations } from './find-conversations.ts';
import { mergeConversations } from './merge-conversations.ts';
import { ownSearchText } from './own-search-text.ts';
import { numberKey, type Speaker, speakerKey } from './person.ts';

/** Where a speaker's messages belong. */
export type Place = {
  conversationId: string;
  organizationId: string;
  customerId: string | null;
  /** E.164, or the hidden number's jid. */
  address: string;
};

/** Others may begin the same conversation at the same moment. */
const TRIES = 4;

/**
 * Finds the one conversation of each speaker, or begins it, and keeps in it whose it is: what turns out to be the same person's is
 * merged. The rows stay locked until the transaction ends.
 * @returns by `speakerKey`.
 */
export async function placeConversations(ctx: AppContext, speakers: Speaker[]): Promise<Map<string, Place>> {
  const wanted = new Map<string, Speaker>();
  for (const speaker of speakers) {
    const key = speakerKey(speaker);
    const known = wanted.get(key);
    wanted.set(key, known ? { ...known, lid: known.lid ?? speaker.lid } : speaker);
  }
  const places = new Map<string, Place>();
  for (let tries = 1; wanted.size > 0; tries++) {
    if (tries > TRIES) throw new Error('conversations could not be placed');
    const found = await findConversations(
      ctx,
      [...wanted].map(([key, speaker]) => ({ key, ...speaker })),
    );
    const kept = await keepOne(ctx, found);
    const begun = await begin(
      ctx,
      found.filter((one) => one.conversations.length === 0),
    );
    for (const one of [...kept, ...begun]) {
      places.set(one.key, placeOf(one));
      wanted.delete(one.key);
    }
  }
  return places;
}

const placeOf = ({ organizationId, customerId, phone, lid, conversationId }: Kept): Place => ({
  conversationId,
  organizationId,
  customerId,
  address: phone ?? `${lid}@lid`,
});

type Kept = Omit<Found, 'conversations'> & { conversationId: string };

/** A unique key: somebody has begun, at this moment, a conversation with whom another turns out to be with. */
const TAKEN = '23505';

/**
 * Of each speaker who has any: one conversation, and in it the phone, hidden number and customer that are known by now. None where
 * somebody else was quicker: to be looked up again.
 */
async function keepOne(ctx: AppContext, found: Found[]): Promise<Kept[]> {
  const known = found.filter(({ conversations }) => conversations.length > 0);
  if (known.length === 0) return [];
  try {
    return await ctx.db.transaction((savepoint) => keepFacts({ ...ctx, db: savepoint }, known));
  } catch (error) {
    if (postgresCode(error) !== TAKEN) throw error;
    return [];
  }
}

async function keepFacts(ctx: AppContext, known: Found[]): Promise<Kept[]> {
  await mergeAll(ctx, known);
  const kept = known.map(({ conversations: [row], ...one }) => ({
    ...one,
    conversationId: row!.id,
    phone: one.customerPhone ?? latestPhone(row!.phone, one.phone),
    lid: one.lid ?? row!.lid,
    customerId: one.customerId ?? row!.customerId,
    row: row!,
  }));
  const changed = kept.filter(
    ({ row, phone, lid, customerId }) => row.phone !== phone || row.lid !== lid || row.customerId !== customerId,
  );
  await saveFacts(ctx, changed);
  return kept;
}

/** Two speakers may turn out to be one person. */
async function mergeAll(ctx: AppContext, known: Found[]): Promise<void> {
  const gone = new Map<string, ConversationRow>();
  for (const one of known) {
    const rows = new Map(one.conversations.map((row) => gone.get(row.id) ?? row).map((row) => [row.id, row]));
    const [first, ...more] = [...rows.values()];
    const kept = more.length === 0 ? first! : await mergeConversations(ctx, [...rows.values()]);
    for (const { id } of [...rows.values(), ...one.conversations]) if (id !== kept.id) gone.set(id, kept);
    one.conversations = [kept];
  }
}

/** Who keeps the hidden number but has another phone by now is written to there; another spelling is no other phone. */
const latestPhone = (before: string | null, now: string | null): string | null =>
  before !== null && now !== null && numberKey(before) === numberKey(now) ? before : (now ?? before);

async function saveFacts(ctx: AppContext, kept: Kept[]): Promise<void> {
  if (kept.length === 0) return;
  const given = kept.map(({ conversationId, phone, lid, customerId, customerSearch }) => ({
    id: conversationId,
    phone,
    lid,
    customer_id: customerId,
    customer_search: customerSearch,
  }));
  await ctx.db.execute(sql`
    update conversations v set phone = g.phone, lid = g.lid, customer_id = g.customer_id, updated_at = ${ctx.clock.now().toISOString()}::timestamptz,
      search_text = case when v.phone is null and g.phone is not null then trim(split_part(v.search_text, E'\\n', 1) || ' ' || g.phone)
        else split_part(v.search_text, E'\\n', 1) end || E'\\n' || coalesce(g.customer_search, split_part(v.search_text, E'\\n', 2))
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, phone text, lid text, customer_id uuid, customer_search text)
    where v.id = g.id`);
  await ctx.db.execute(sql`
    update messages m set customer_id = g.customer_id from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, customer_id uuid)
    where m.conversation_id = g.id and m.customer_id is null and g.customer_id is not null`);
}

/** Begins what is missing; of those that somebody else begins meanwhile nothing is answered. */
async function begin(ctx: AppContext, missing: Found[]): Promise<Kept[]> {
  if (missing.length === 0) return [];
  const given = missing.map((one) => ({
    id: newId(),
    key: one.key,
    organization_id: one.organizationId,
    instance_id: one.instanceId,
    customer_id: one.customerId,
    phone: one.customerPhone ?? one.phone,
    lid: one.lid,
    profile_name: one.profileName,
    search_text: `${ownSearchText(one.profileName, one.customerPhone ?? one.phone)}\n${one.customerSearch ?? ''}`,
    last_message_at: one.at.toISOString(),
  }));
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const rows = await ctx.db.execute<{ id: string }>(sql`
    insert into conversations (id, organization_id, instance_id, customer_id, phone, lid, profile_name, search_text, last_message_at, created_at, updated_at)
    select g.*, ${now}, ${now} from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as g(id uuid, organization_id uuid, instance_id uuid, customer_id uuid, phone text, lid text, profile_name text, search_text text, last_message_at timestamptz)
    order by g.id on conflict do nothing returning id`);
  const begun = new Set(rows.map(({ id }) => id));
  const byKey = new Map(given.map((row) => [row.key, row]));
  return missing.flatMap(({ conversations: _, ...one }) => {
    const row = byKey.get(one.key)!;
    return begun.has(row.id) ? [{ ...one, phone: row.phone, conversationId: row.id }] : [];
  });
}
