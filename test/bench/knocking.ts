import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { SignJWT } from 'jose';
import type { AppContext } from '#src/context.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';
import { listen, type Site, urlOf } from './ground.ts';
import type { Sender } from './populate.ts';

const KNOCK = fileURLToPath(new URL('./knock.ts', import.meta.url));
export const CONNECTIONS = '50';

export type Knocks = { seconds: number; latencies: number[] };

export const hookOf = ({ url }: Site, { secret }: Sender): string => `${url}/hooks/evolution/${secret}`;

/** A route that does nothing but one insert. */
export async function serveBare({ ctx }: Site): Promise<{ url: string; close(): void }> {
  await ctx.db.execute(sql`create table bare_events (like inbound_events including all)`);
  const app = new Hono().post('/', async (c) => {
    const payload = JSON.stringify(await c.req.json());
    await ctx.db.execute(sql`
      insert into bare_events (instance_id, organization_id, event, payload)
      values ('00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000000', 'messages.update', ${payload}::jsonb)`);
    return c.json({ received: true });
  });
  const server = await listen(app.fetch);
  return { url: urlOf(server), close: () => server.closeAllConnections() };
}

/** Has another process post webhooks about these messages: acks, or with `people` texts of so many. */
export async function knock(
  url: string,
  { providerName, secret }: Sender,
  from: number,
  count: number,
  people = 0,
): Promise<Knocks> {
  const token = await new SignJWT({ app: 'evolution', action: 'webhook' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secret));
  const options = {
    url,
    token,
    instance: providerName,
    from: String(from),
    count: String(count),
    connections: CONNECTIONS,
    people: String(people),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const { stdout } = await promisify(execFile)(process.execPath, [KNOCK, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout) as Knocks;
}

export async function drainAll(ctx: AppContext): Promise<void> {
  while ((await drainInboundOnce(ctx)) > 0);
}
