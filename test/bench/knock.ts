import http from 'node:http';
import { parseArgs } from 'node:util';
import { inParallel } from './in-parallel.ts';

/**
 * A process of its own that posts webhooks as Evolution does, over connections that are kept: acks of messages number `from`
 * to `from + count`, three each; or, with `people`, that many texts from so many people. Prints the latencies in milliseconds as JSON.
 */
const { values } = parseArgs({
  options: Object.fromEntries(
    ['url', 'token', 'instance', 'from', 'count', 'connections', 'people'].map((name) => [
      name,
      { type: 'string' as const },
    ]),
  ),
});
const [from, count, connections] = [Number(values['from']), Number(values['count']), Number(values['connections'])];
const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
const statuses = ['SERVER_ACK', 'DELIVERY_ACK', 'READ'];

const ack = (message: number, status: string) => ({
  keyId: `3EB0${String(message).padStart(18, '0')}`,
  remoteJid: '905320000002@s.whatsapp.net',
  fromMe: true,
  status,
  instanceId: '977ab314-abe8-4347-81ea-82af3140fc10',
  messageId: 'cmwpejsy8000nwg7dygwwgffs',
});

const text = (message: number, people: number) => ({
  key: {
    remoteJid: `9055${String(message % people).padStart(8, '0')}@s.whatsapp.net`,
    fromMe: false,
    id: `IN${String(message).padStart(18, '0')}`,
    participant: '',
    addressingMode: 'pn',
  },
  pushName: `Kişi ${message % people}`,
  status: 'DELIVERY_ACK',
  message: { conversation: `Merhaba, ${message} numaralı ürünün fiyatı nedir?` },
  messageType: 'conversation',
  messageTimestamp: 1_795_204_947 + Math.floor(message / 100),
  instanceId: '977ab314-abe8-4347-81ea-82af3140fc10',
  source: 'android',
});

const bodyOf = (event: string, data: object): string =>
  JSON.stringify({
    event,
    instance: values['instance'],
    data,
    destination: values['url'],
    date_time: '2026-11-20T19:58:58.379Z',
    sender: '905320000001@s.whatsapp.net',
    server_url: 'http://evolution:8080',
    apikey: null,
  });

function post(body: string): Promise<number> {
  const headers = {
    authorization: `Bearer ${values['token']}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const request = http.request(String(values['url']), { method: 'POST', agent, headers }, (response) => {
      response.resume();
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      else response.on('end', () => resolve(performance.now() - begun));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const people = Number(values['people'] ?? 0);
const messages = Array.from({ length: count }, (_, i) => from + i);
const bodies =
  people > 0
    ? messages.map((message) => bodyOf('messages.upsert', text(message, people)))
    : statuses.flatMap((status) => messages.map((message) => bodyOf('messages.update', ack(message, status))));
const latencies: number[] = [];
const begun = performance.now();
await inParallel(connections, bodies, async (body) => latencies.push(await post(body)));
console.log(JSON.stringify({ seconds: (performance.now() - begun) / 1000, latencies }));
agent.destroy();
