import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { SimulatorOptions } from '#evolution/simulator/simulator-options.ts';
import { type Simulator, startSimulator } from '#evolution/simulator/start-simulator.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import type { AppContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { media, storedContents } from '#src/db/schema/files.ts';
import { groupMembers, groups } from '#src/db/schema/groups.ts';
import { evolutionServers, instances, lanes } from '#src/db/schema/instances.ts';
import { newId } from '#src/platform/ids.ts';
import { hashSecret } from '#src/platform/secret-box.ts';
import type { Member } from '#test/support/cast.ts';
import { claimNextMessage } from './claim-next-message.ts';

/** An open connection of the member, as a row; on the simulator too when one is given. */
export async function openInstance(ctx: AppContext, member: Member, simulator?: Simulator): Promise<string> {
  const [id, serverId, token] = [newId(), newId(), randomBytes(12).toString('hex')];
  const providerName = `ulak-${id.replaceAll('-', '')}`;
  const { organizationId, userId } = member;
  const secret = randomBytes(12).toString('hex');
  const url = simulator?.url ?? `http://127.0.0.1:9/${serverId}`;
  const [server] = await ctx.db
    .insert(evolutionServers)
    .values({ id: serverId, url, apiKey: ctx.secrets.seal(simulator?.apiKey ?? 'none') })
    .onConflictDoUpdate({ target: evolutionServers.url, set: { capacity: 1000 } })
    .returning();
  const sealed = ctx.secrets.seal(secret);
  await ctx.db.insert(instances).values({
    id,
    organizationId,
    userId,
    evolutionServerId: server!.id,
    name: 'Main',
    providerName,
    token: ctx.secrets.seal(token),
    webhookSecretHash: hashSecret(secret),
    webhookSecret: sealed,
    webhookJwtKey: sealed,
    status: 'open',
    phone: '+905320000000',
  });
  await ctx.db.insert(lanes).values({ instanceId: id, organizationId, userId });
  if (simulator) await openOnSimulator(simulator, providerName, token);
  return id;
}

async function openOnSimulator(simulator: Simulator, instanceName: string, token: string): Promise<void> {
  const http = axios.create({ baseURL: simulator.url, headers: { apikey: simulator.apiKey } });
  await http.post('/instance/create', { instanceName, token, integration: 'WHATSAPP-BAILEYS', qrcode: true });
  await http.post(`/simulator/scan/${instanceName}`, {});
  for (let state = ''; state !== 'open'; await sleep(2))
    state = ((await http.get(`/instance/connectionState/${instanceName}`)).data as { instance: { state: string } })
      .instance.state;
}

export const startQuickSimulator = (options: SimulatorOptions = {}): Promise<Simulator> =>
  startSimulator({
    ...options,
    createWaitMs: 0,
    connectWaitMs: 0,
    reconnectMs: 1,
    ackDelaysMs: { server: 1, delivery: 2, read: 3 },
  });

/** `count` customers in a group of their own; phones from +90532 000 0001, or with the given endings. */
export async function createGroupOf(
  ctx: AppContext,
  member: Member,
  count: number,
  endings: string[] = [],
): Promise<string> {
  const { organizationId } = member;
  const groupId = newId();
  await ctx.db.insert(groups).values({ id: groupId, organizationId, name: `group ${groupId}` });
  const people = Array.from({ length: count }, (_, i) => ({
    id: newId(),
    organizationId,
    firstName: `Müşteri${i + 1}`,
    phone: `+90535${String(100 + (i % 900))}${endings[i] ?? String(1000 + i).slice(-4)}`,
  }));
  for (let i = 0; i < people.length; i += 1000) {
    await ctx.db.insert(customers).values(people.slice(i, i + 1000));
    await ctx.db
      .insert(groupMembers)
      .values(people.slice(i, i + 1000).map(({ id }) => ({ groupId, customerId: id, organizationId })));
  }
  return groupId;
}

/** Phone endings that no other group has: 6000, 6001 … */
export const endingsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => String(first + i));

/** A stored medium of that kind; the bytes do not matter to campaigns. */
export async function storeMedia(
  ctx: AppContext,
  member: Member,
  kind: 'image' | 'voice' | 'document' | 'video' | 'audio',
): Promise<string> {
  const id = newId();
  const types = {
    image: 'image/png',
    voice: 'audio/ogg',
    document: 'application/pdf',
    video: 'video/mp4',
    audio: 'audio/mpeg',
  };
  const storageKey = `media/${id}`;
  const { organizationId, userId } = member;
  const sha256 = hashSecret(id);
  await ctx.storage.write(storageKey, Readable.from([PNG]));
  await ctx.db.insert(storedContents).values({ organizationId, sha256, storageKey });
  await ctx.db.insert(media).values({
    id,
    organizationId,
    userId,
    kind,
    mimeType: types[kind],
    sizeBytes: PNG.length,
    sha256,
    fileName: `file.${types[kind].split('/')[1]}`,
    storageKey,
  });
  return id;
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Claims and sends one message after the other until no lane is due; answers how many. */
export async function pumpDry(ctx: AppContext): Promise<number> {
  for (let sent = 0; ; ) {
    const claim = await claimNextMessage(ctx);
    if (claim === 'idle') return sent;
    if (typeof claim === 'string') continue;
    await sendClaim(ctx, claim);
    sent++;
  }
}
