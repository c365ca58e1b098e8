import { isIP } from 'node:net';
import type { CarrierQuota } from './carrier.ts';

export type SmtpServer = {
  host: string;
  port: number;
  /** TLS from the first byte; else STARTTLS where it is offered. */
  secure: boolean;
  /** No mail without TLS: passwords do not travel in the open. */
  requireTls: boolean;
  auth: { user: string; pass: string } | null;
  connections: number;
  /** Null: as fast as it takes them. */
  quota: CarrierQuota | null;
};

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;
const CONNECTIONS = 10;
const MOST_CONNECTIONS = 100;
const FASTEST = 10_000;

/**
 * `smtp[s]://user:password@host:port?maxConnections=20&ignoreTLS=true&maxPerSecond=50&maxPerDay=20000`. Throws for what is no such
 * URL.
 */
export function smtpServerOf(url: string): SmtpServer {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  if (!/^smtps?:$/.test(protocol) || hostname === '') throw new TypeError('not the URL of an SMTP server');
  const host = hostname.replace(/^\[(.+)\]$/, '$1');
  const secure = protocol === 'smtps:';
  const auth = username === '' ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  const open = searchParams.get('ignoreTLS') === 'true' || LOOPBACK.test(host);
  const connections = Math.trunc(Number(searchParams.get('maxConnections') ?? CONNECTIONS)) || CONNECTIONS;
  return {
    host,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTls: !secure && (searchParams.get('requireTLS') === 'true' || (auth !== null && !open)),
    auth,
    connections: Math.min(MOST_CONNECTIONS, Math.max(1, connections)),
    quota: quotaOf(searchParams),
  };
}

function quotaOf(given: URLSearchParams): CarrierQuota | null {
  const [perSecond, perDay] = ['maxPerSecond', 'maxPerDay'].map((name) => Number(given.get(name)));
  if (!(perSecond! > 0) && !(perDay! > 0)) return null;
  return {
    ratePerSecond: perSecond! > 0 ? Math.min(perSecond!, FASTEST) : FASTEST,
    dailyQuota: perDay! > 0 ? Math.min(Math.trunc(perDay!), 2_000_000_000) : null,
    sentInDay: null,
  };
}

/** The name a certificate must bear; none where an address was given. */
export const serverNameOf = (host: string): string | undefined => (isIP(host) ? undefined : host);
