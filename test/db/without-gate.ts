import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Db } from '#src/db/client.ts';
import { writers } from './acknowledged.ts';
import { fireBurst } from './burst.ts';

/** What happens without the gate, in a process of its own as it brings down the one it happens in. Prints what was acknowledged. */
process.on('unhandledRejection', () => {});
const [url = '', size = ''] = process.argv.slice(2);
const client = postgres(url, { max: 1, onnotice: () => {} });
const db = drizzle(client) as unknown as Db;
await client.unsafe('select 1');
const { acknowledged } = await fireBurst(db, writers['db.execute'], Number(size), false);
await client.end({ timeout: 1 });
process.stdout.write(JSON.stringify(acknowledged));
process.exit(0);
