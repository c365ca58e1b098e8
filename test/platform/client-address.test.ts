import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { addressMatcher, clientAddress, knowClient } from '#src/platform/client-address.ts';

const trusted = addressMatcher(['10.0.0.0/8', '172.16.0.0/12', 'fd00::/8']);

describe('clientAddress', () => {
  it.each([
    ['no proxy is trusted', '203.0.113.9', '198.51.100.7', '203.0.113.9'],
    ['one proxy', '10.0.0.2', '198.51.100.7', '198.51.100.7'],
    ['two proxies', '10.0.0.2', '198.51.100.7, 172.18.0.1', '198.51.100.7'],
    ['what the caller made up stands further left', '10.0.0.2', '127.0.0.1, 198.51.100.7', '198.51.100.7'],
    ['an IPv4 address in IPv6 clothes', '::ffff:10.0.0.2', '::ffff:198.51.100.7', '198.51.100.7'],
    ['IPv6', 'fd00::1', '2001:db8::7', '2001:db8::7'],
    ['a proxy that says nothing', '10.0.0.2', undefined, '10.0.0.2'],
    ['nonsense', '10.0.0.2', 'unknown, 1.2.3.4:99', '10.0.0.2'],
    ['only proxies', '10.0.0.2', '10.0.0.3', '10.0.0.3'],
    ['no socket', null, '198.51.100.7', null],
  ])('%s', (_, peer, forwarded, address) => expect(clientAddress(peer, forwarded, trusted)).toBe(address));
});

describe('addressMatcher', () => {
  it('trusts nobody unless told', () => expect(addressMatcher([])('127.0.0.1')).toBe(false));
  it('takes nothing for an address that is none', () => expect(trusted('10.0.0.2, x')).toBe(false));
});

it('knowClient: every request is the client’s behind the proxies that are named, the peer’s where none is', async () => {
  const ask = async (proxies: string[]) => {
    const app = new Hono<{ Variables: { address: string | null } }>();
    app.use(knowClient(proxies));
    app.get('/', (c) => c.text(String(c.get('address'))));
    const env = { incoming: { socket: { remoteAddress: '172.18.0.1' } } };
    return (await app.request('/', { headers: { 'x-forwarded-for': '198.51.100.7' } }, env)).text();
  };
  expect(await ask(['172.16.0.0/12'])).toBe('198.51.100.7');
  expect(await ask([])).toBe('172.18.0.1');
});
