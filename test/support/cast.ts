import { randomBytes } from 'node:crypto';
import { type AppContext, type OrgContext, unasked, underBelt } from '#src/context.ts';
import { members, organizations, sessions, userSettings, users } from '#src/db/schema/accounts.ts';
import { consents } from '#src/db/schema/consents.ts';
import { creditAccounts, creditTransactions } from '#src/db/schema/credits.ts';
import { customers, suppressions } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';

/** A response whose JSON a test reads as it likes. */
// biome-ignore lint/suspicious/noExplicitAny: what is in it is what the test is about to say
export type Answer = Omit<Response, 'json'> & { json(): Promise<any> };
export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** A place at the table: a signed-in owner of an organization of his own. */
export type Seat = { userId: string; organizationId: string; token: string; admin: boolean };
/** Someone signed in. */
export type Member = Omit<Seat, 'admin'> & { ctx: OrgContext; call: Call };
type SeatOptions = { admin?: boolean; credits?: number };
type Database = Pick<AppContext, 'db'>;

/** An organization with its owner, signed in, and `credits` on the account. */
export const createMember = async (
  app: AppContext,
  call: Call,
  name: string,
  options: SeatOptions = {},
): Promise<Member> => seatMember(app, call, await createSeat(app, name, options));

export async function createSeat(app: Database, name: string, options: SeatOptions = {}): Promise<Seat> {
  const [userId, organizationId, token] = [newId(), newId(), randomBytes(24).toString('base64url')];
  const { admin = false, credits = 0 } = options;
  await app.db
    .insert(users)
    .values({ id: userId, name, email: `${name}@example.com`, emailVerified: true, role: admin ? 'admin' : 'user' });
  await app.db.insert(organizations).values({ id: organizationId, name, slug: name });
  await app.db.insert(members).values({ userId, organizationId, role: 'owner' });
  // a mail at the end of every campaign would be in the way of whoever looks at other things
  const quiet = { delayMinSeconds: 0, delayMaxSeconds: 0, mailCampaignFinished: false, lowCredits: null };
  await app.db.insert(userSettings).values({ userId, organizationId, ...quiet });
  await app.db
    .insert(sessions)
    .values({ userId, token, expiresAt: new Date(Date.now() + 7 * 86_400_000), activeOrganizationId: organizationId });
  await app.db.insert(creditAccounts).values({ userId, organizationId, settledCredits: credits });
  if (credits > 0)
    await app.db.insert(creditTransactions).values({
      userId,
      organizationId,
      type: 'top-up',
      amountCredits: credits,
      balanceAfterCredits: credits,
      sequence: 1,
      createdAt: new Date('2024-01-01'),
    });
  return { userId, organizationId, token, admin };
}

/** What a test does in someone's name. */
export function seatMember(app: AppContext, call: Call, { userId, organizationId, token, admin }: Seat): Member {
  const ctx: OrgContext = {
    ...(admin ? app : underBelt(app, organizationId)),
    userId,
    organizationId,
    role: 'owner',
    isAdmin: admin,
    actor: { type: admin ? 'admin' : 'user', id: userId },
    scopes: null,
    language: 'en',
    ...unasked,
  };
  const asMember: Call = (method, path, body, headers) =>
    call(method, path, body, { authorization: `Bearer ${token}`, ...headers });
  return { userId, organizationId, token, ctx, call: asMember };
}

/** Ayşe and Burak, Ceren (blacklisted) and Deniz (no consent), customers of acme; the others have agreed to mail. */
export async function createCustomers(app: Database, organizationId: string) {
  const person = (firstName: string, lastName: string, phone: string) => ({
    id: newId(),
    organizationId,
    firstName,
    lastName,
    phone,
    email: `${lastName.toLowerCase()}@example.com`,
    countryCode: 'TR',
    searchText: `${firstName} ${lastName} ${phone}`.toLowerCase(),
  });
  const ayse = person('Ayşe', 'Yilmaz', '+905321110001');
  const burak = person('Burak', 'Demir', '+905321110002');
  const ceren = person('Ceren', 'Kaya', '+905321110003');
  const deniz = person('Deniz', 'Celik', '+905321110004');
  await app.db.insert(customers).values([ayse, burak, ceren, deniz]);
  const [givenAt, source] = [new Date('2026-01-05T09:00:00Z'), 'HS_WEB'];
  const agreed = { organizationId, channel: 'email', state: 'given', source, givenAt, createdAt: givenAt } as const;
  await app.db
    .insert(consents)
    .values([ayse, burak, ceren].map(({ id }) => ({ ...agreed, customerId: id, actorType: 'user' as const })));
  await app.db
    .insert(suppressions)
    .values({ organizationId, phone: ceren.phone, level: 'blacklist', reason: 'asked to be left alone' });
  return { ayse: ayse.id, burak: burak.id, ceren: ceren.id, deniz: deniz.id };
}

/** Whom every world begins with. */
export type Cast = { acme: Seat; globex: Seat; admin: Seat; customers: Awaited<ReturnType<typeof createCustomers>> };

export async function createCast(app: Database): Promise<Cast> {
  const acme = await createSeat(app, 'acme', { credits: 1000 });
  const globex = await createSeat(app, 'globex', { credits: 1000 });
  const admin = await createSeat(app, 'admin', { admin: true });
  return { acme, globex, admin, customers: await createCustomers(app, acme.organizationId) };
}
