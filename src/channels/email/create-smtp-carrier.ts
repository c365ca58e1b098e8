import type { Carrier, RawMail } from './carrier.ts';
import { type MailOutcome, type Refusal, unavailable } from './mail-outcome.ts';
import { openSmtpLine, type SmtpLine } from './open-smtp-line.ts';
import { createSmtpPool } from './smtp-pool.ts';
import { smtpServerOf } from './smtp-server-of.ts';
import { type SmtpTimeouts, smtpTimeouts } from './smtp-timeouts.ts';

export type SmtpCarrierOptions = {
  url: string;
  kind?: 'smtp' | 'sandbox';
  key?: string;
  timeouts?: SmtpTimeouts;
  /** Finds the address to connect to, or refuses; without it the name is looked up as it stands. */
  resolve?: (host: string) => Promise<string>;
};

export type SmtpCarrier = Carrier & {
  kind: 'smtp' | 'sandbox';
  /** Connects and signs in, and sends nothing. Null: it may be used. */
  probe(): Promise<Refusal | null>;
  /** From now on keeps no connection beyond a mail. */
  retire(): void;
};

/**
 * An SMTP server, over connections that are kept. Nothing is ever sent twice: only a mail that the server had not asked for when a
 * kept connection turned out to be dead goes out over a new one.
 */
export function createSmtpCarrier(options: SmtpCarrierOptions): SmtpCarrier {
  const server = smtpServerOf(options.url);
  const timeouts = options.timeouts ?? smtpTimeouts;
  const { resolve = async (host) => host } = options;
  const pool = createSmtpPool({ most: server.connections, patienceMs: timeouts.connect, idleMs: timeouts.idle });

  async function openLine(): Promise<SmtpLine | Refusal> {
    let address: string;
    try {
      address = await resolve(server.host);
    } catch (error) {
      return unavailable('carrier', String(error));
    }
    const line = await openSmtpLine(server, timeouts, address);
    if (!('kind' in line)) pool.add(line);
    return line;
  }

  async function sendOnce(mail: RawMail): Promise<MailOutcome> {
    const kept = pool.takeFree();
    if (kept) {
      const { outcome, lost } = await kept.send(mail);
      void pool.giveBack(kept, outcome);
      if (!lost || pool.isClosed()) return outcome;
    }
    const line = await openLine();
    if ('kind' in line) return line;
    const { outcome } = await line.send(mail);
    void pool.giveBack(line, outcome);
    return outcome;
  }

  return {
    kind: options.kind ?? 'smtp',
    key: options.key ?? `smtp:${server.host}:${server.port}`,
    width: server.connections,
    timeoutMs: timeouts.connect * 2 + timeouts.command * 3 + timeouts.data,
    quota: async () => server.quota,
    async send(mail) {
      if (!(await pool.takeTurn())) return unavailable('throttled', 'all connections are busy');
      try {
        return pool.isClosed() ? unavailable('carrier', 'the carrier is closed') : await sendOnce(mail);
      } finally {
        pool.endTurn();
      }
    },
    async probe() {
      const line = await openLine();
      if ('kind' in line) return line;
      pool.drop(line);
      return null;
    },
    retire: pool.retire,
    close: async () => pool.close(),
  };
}
