import { createSocket } from 'node:dgram';
import { afterAll, expect, it } from 'vitest';
import { createDns, type RecordType } from '#src/channels/dns/create-dns.ts';

type Answer = { records: Buffer[] } | { code: number } | 'silent';
const TYPES: Record<RecordType, number> = { TXT: 16, CNAME: 5, MX: 15 };

const name = (text: string) =>
  Buffer.concat([
    ...text.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);
const txt = (...chunks: string[]) =>
  Buffer.concat(chunks.map((chunk) => Buffer.from([Buffer.byteLength(chunk), ...Buffer.from(chunk)])));
const mx = (priority: number, host: string) => Buffer.concat([Buffer.from([0, priority]), name(host)]);

const answers: Record<string, Answer> = {};
const asked: string[] = [];
/** A DNS server of one's own (RFC 1035, as far as needed). */
const server = createSocket('udp4', (query, { port, address }) => {
  let end = 12;
  const labels: string[] = [];
  for (let length = query[end]!; length > 0; length = query[end]!) {
    labels.push(query.toString('latin1', end + 1, end + 1 + length));
    end += length + 1;
  }
  const type = query.readUInt16BE(end + 1);
  const key = `${type} ${labels.join('.').toLowerCase()}`;
  asked.push(key);
  const answer = answers[key] ?? { records: [] };
  if (answer === 'silent') return;
  const [code, records] = 'code' in answer ? [answer.code, []] : [0, answer.records];
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  const body = records.map((data) => {
    const meta = Buffer.alloc(12);
    meta.writeUInt16BE(0xc00c, 0);
    meta.writeUInt16BE(type, 2);
    meta.writeUInt16BE(1, 4);
    meta.writeUInt16BE(data.length, 10);
    return Buffer.concat([meta, data]);
  });
  server.send(Buffer.concat([head, query.subarray(12, end + 5), ...body]), port, address);
});
await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
afterAll(() => new Promise<void>((resolve) => server.close(resolve)));
const dns = createDns({ servers: [`127.0.0.1:${server.address().port}`], timeoutMs: 150 });
const set = (type: RecordType, host: string, answer: Answer) => {
  answers[`${TYPES[type]} ${host}`] = answer;
};

it('reads texts in one piece however they are cut, aliases, and mail hosts with their priority', async () => {
  set('TXT', 'k._domainkey.acme.example', { records: [txt('v=DKIM1; k=rsa; p=', 'AB', 'CD'), txt('second')] });
  set('CNAME', 'www.acme.example', { records: [name('other.example')] });
  set('MX', 'acme.example', { records: [mx(10, 'mail.acme.example')] });
  expect(await dns.look('TXT', 'k._domainkey.acme.example')).toEqual(['v=DKIM1; k=rsa; p=ABCD', 'second']);
  expect(await dns.look('CNAME', 'www.acme.example')).toEqual(['other.example']);
  expect(await dns.look('MX', 'acme.example')).toEqual(['10 mail.acme.example']);
});

it.each<[string, Answer, string[] | null]>([
  ['no such record', { records: [] }, []],
  ['no such name', { code: 3 }, []],
  ['a server in trouble: nobody can say', { code: 2 }, null],
  ['a server that refuses: nobody can say', { code: 5 }, null],
  ['silence: nobody can say', 'silent', null],
])('%s', async (_, answer, wanted) => {
  set('TXT', 'acme.example', answer);
  expect(await dns.look('TXT', 'acme.example')).toEqual(wanted);
});

it('what is no name is asked of nobody, or found nowhere; it never throws', async () => {
  for (const host of ['', '.', 'a..b', 'x'.repeat(300), 'ö.example', 'a b.example'])
    expect((await dns.look('TXT', host)) ?? []).toEqual([]);
});

it('addresses in IPv4 and IPv6; none where neither is; null where nobody can say', async () => {
  answers['1 both.example'] = { records: [Buffer.from([8, 8, 8, 8])] };
  answers['28 both.example'] = { records: [Buffer.from('20014860486000000000000000008888', 'hex')] };
  answers['1 half.example'] = 'silent';
  answers['28 half.example'] = { records: [Buffer.from('20014860486000000000000000008888', 'hex')] };
  answers['1 mute.example'] = 'silent';
  answers['28 mute.example'] = 'silent';
  expect(await dns.addresses('both.example')).toEqual(['8.8.8.8', '2001:4860:4860::8888']);
  expect(await dns.addresses('half.example')).toEqual(['2001:4860:4860::8888']);
  expect(await dns.addresses('mute.example')).toBeNull();
});

it('a name that only this machine knows is looked up there', async () => {
  expect(await dns.addresses('localhost')).toEqual(expect.arrayContaining(['127.0.0.1']));
});
