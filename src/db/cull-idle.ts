import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { cut } from './prompt-client.ts';

const SIGN_MS = 1_000;

/** Asks every connection that nobody uses for a sign of life, and drops those that give none. */
export async function cullIdle(pool: Pool): Promise<void> {
  const ask = async () => {
    const client = await pool.connect();
    const signs = client.query('select 1').then(
      () => true,
      () => false,
    );
    const isAlive = await Promise.race([signs, sleep(SIGN_MS, false)]);
    if (!isAlive) cut(client);
    client.release(!isAlive);
  };
  await Promise.allSettled(Array.from({ length: pool.idleCount }, ask));
}
