import { describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '#evolution/simulator/start-simulator.ts';
import { createEvolutionClient } from '#src/channels/evolution/create-evolution-client.ts';
import type { EvolutionClient } from '#src/channels/evolution/evolution-client.ts';

type Bench = AsyncDisposable & {
  simulator: Simulator;
  client: EvolutionClient;
  control(path: string, body?: unknown): Promise<void>;
};

const webhook = { url: 'http://127.0.0.1:9/', events: ['CONNECTION_UPDATE'], headers: { jwt_key: 'k' } };
const NAME = 'ulak-1';

async function startBench(): Promise<Bench> {
  const simulator = await startSimulator({
    createWaitMs: 10,
    connectWaitMs: 10,
    reconnectMs: 5,
    webhook: { maxAttempts: 1 },
    ackDelaysMs: { server: 1, delivery: 2, read: 3 },
  });
  const client = createEvolutionClient({
    url: simulator.url,
    apiKey: simulator.apiKey,
    timeouts: { text: 500, media: 2_000 },
  });
  return {
    simulator,
    client,
    async control(path, body) {
      const headers = { apikey: simulator.apiKey, 'content-type': 'application/json' };
      await fetch(`${simulator.url}/simulator${path}`, { method: 'POST', headers, body: JSON.stringify(body ?? {}) });
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await simulator.close();
    },
  };
}

async function open(bench: Bench): Promise<void> {
  await bench.client.create({ name: NAME, token: 'token-of-1', number: null, webhook });
  await bench.control(`/scan/${NAME}`, { number: '905320000001' });
  for (let state: unknown; state !== 'open'; ) {
    const outcome = await bench.client.connectionState(NAME);
    state = outcome.kind === 'accepted' ? outcome.value : outcome.reason;
  }
}

const to = (ending: string) => ({ number: `+90532111${ending}`, text: 'Merhaba', messageId: '3EB000000000000000000A' });

describe('the life of an instance', () => {
  it('is created, connected, logged out and deleted', async () => {
    await using bench = await startBench();
    const { client } = bench;
    const created = await client.create({ name: NAME, token: 'token-of-1', number: '+905320000001', webhook });
    expect(created).toMatchObject({
      kind: 'accepted',
      value: { qr: { pairingCode: expect.stringMatching(/^\w{8}$/) } },
    });
    const again = await client.create({ name: NAME, token: 'x', number: null, webhook });
    expect(again).toMatchObject({ kind: 'rejected', reason: 'name-taken' });
    expect(await client.connect(NAME)).toMatchObject({ value: { open: false, qr: { code: expect.any(String) } } });
    expect(await client.findWebhook(NAME)).toMatchObject({ value: webhook });
    expect(await client.fetchInstance(NAME)).toMatchObject({ value: { name: NAME, ownerJid: null } });
    await bench.control(`/scan/${NAME}`, { number: '905320000001' });
    for (let isOpen = false; !isOpen; ) {
      const outcome = await client.connect(NAME);
      isOpen = outcome.kind === 'accepted' && outcome.value.open;
    }
    expect(await client.fetchInstance(NAME)).toMatchObject({
      value: { state: 'open', ownerJid: '905320000001@s.whatsapp.net' },
    });
    expect(await client.logout(NAME)).toEqual({ kind: 'accepted', value: undefined });
    expect(await client.logout(NAME)).toEqual({ kind: 'accepted', value: undefined });
    expect(await client.fetchInstance(NAME)).toMatchObject({ value: { state: 'close', disconnectCode: 401 } });
    expect(await client.delete(NAME)).toMatchObject({ kind: 'accepted' });
    for (let gone = false; !gone; ) {
      const outcome = await client.fetchInstance(NAME);
      gone = outcome.kind === 'accepted' && outcome.value === null;
    }
    expect(await client.delete(NAME)).toMatchObject({ kind: 'accepted' });
    expect(await client.connectionState(NAME)).toMatchObject({ kind: 'rejected', reason: 'instance-missing' });
  });

  it('takes a new webhook', async () => {
    await using bench = await startBench();
    await open(bench);
    const other = { ...webhook, url: 'https://moved.example/hooks' };
    expect(await bench.client.setWebhook(NAME, other)).toMatchObject({ kind: 'accepted' });
    expect(await bench.client.findWebhook(NAME)).toMatchObject({ value: other });
  });

  it('verifies the key', async () => {
    await using bench = await startBench();
    expect(await bench.client.verifyCredentials()).toMatchObject({ kind: 'accepted' });
    const stranger = createEvolutionClient({ url: bench.simulator.url, apiKey: 'wrong' });
    expect(await stranger.verifyCredentials()).toMatchObject({ kind: 'rejected', reason: 'unauthorized' });
    stranger.close();
  });
});

describe('what the sandbox’s numbers answer', () => {
  it.each([
    ['0001', 'accepted', undefined],
    ['0404', 'rejected', 'not-on-whatsapp'],
    ['0400', 'unknown', 'server-error'],
    ['0503', 'unknown', 'server-error'],
    ['0504', 'unknown', 'timeout'],
    ['0500', 'unavailable', 'instance-closed'],
    ['0777', 'unavailable', 'no-session'],
  ])('%s: %s %s', async (ending, kind, reason) => {
    await using bench = await startBench();
    await open(bench);
    const outcome = await bench.client.sendText(NAME, to(ending));
    expect([outcome.kind, outcome.kind === 'accepted' ? undefined : outcome.reason]).toEqual([kind, reason]);
    const reached = bench.simulator.sends().length;
    if (kind === 'rejected' || kind === 'unavailable') expect(reached).toBe(0);
    if (kind === 'accepted') expect(reached).toBe(1);
  });

  it('sends a file as it is, its caption too', async () => {
    await using bench = await startBench();
    await open(bench);
    const content = new Blob([Buffer.from('%PDF-1.4 fake')]);
    const caption = 'Birinci satır\nikinci satır';
    const outcome = await bench.client.sendMedia(NAME, {
      ...to('0001'),
      kind: 'document',
      fileName: 'sözleşme.pdf',
      mimeType: 'application/pdf',
      caption,
      content,
    });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect(JSON.stringify(bench.simulator.sends())).toContain(JSON.stringify(caption).slice(1, -1));
  });
});

describe('finding out what became of a message', () => {
  it('by id and by jid and time, with every status it had', async () => {
    await using bench = await startBench();
    const { client } = bench;
    await open(bench);
    const sent = await client.sendText(NAME, to('0001'));
    const id = sent.kind === 'accepted' ? sent.value.providerMessageId : '';
    for (let statuses: string[] = []; !statuses.includes('READ'); ) {
      const outcome = await client.findStatusMessage(NAME, id);
      statuses = outcome.kind === 'accepted' ? outcome.value : [];
    }
    expect(await client.findStatusMessage(NAME, id)).toMatchObject({ value: ['SERVER_ACK', 'DELIVERY_ACK', 'READ'] });
    const found = {
      value: [{ providerMessageId: id, remoteJid: '905321110001@s.whatsapp.net', fromMe: true, text: 'Merhaba' }],
    };
    expect(await client.findMessages(NAME, { id })).toMatchObject(found);
    const [from, until] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    expect(
      await client.findMessages(NAME, { remoteJid: '905321110001@s.whatsapp.net', from, to: until }),
    ).toMatchObject(found);
    expect(await client.findMessages(NAME, { id: 'unknown' })).toMatchObject({ value: [] });
  });

  it('whether a number has WhatsApp, matched by what was asked', async () => {
    await using bench = await startBench();
    await open(bench);
    const outcome = await bench.client.whatsappNumbers(NAME, ['+905321110001', '+905321110404']);
    expect(outcome).toMatchObject({
      value: [
        { number: '905321110001', exists: true },
        { number: '905321110404', exists: false },
      ],
    });
  });
});
