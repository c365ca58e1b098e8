import { loadInstance } from './instance.ts';
import type { JournalLine } from './journal.ts';
import type { World } from './world.ts';

/** Everything worth keeping, as the shortest journal that says it. */
export function* rememberedLines(world: World): Generator<JournalLine> {
  for (const instance of world.instances.values()) {
    const instanceId = instance.record.id;
    yield { line: 'instance', record: instance.record };
    for (const contact of instance.contacts.values()) yield { line: 'contact', instanceId, contact };
    for (const row of instance.messages.all()) yield { line: 'message', instanceId, row };
  }
  const recorded = new Map<string, { accepted: number; shown: number }>();
  for (const send of world.sendLog.records()) {
    yield { line: 'send', send };
    const count = recorded.get(send.number) ?? { accepted: 0, shown: 0 };
    recorded.set(send.number, { accepted: count.accepted + 1, shown: count.shown + Number(send.shown) });
  }
  for (const [number, count] of world.sendLog.counts()) {
    const known = recorded.get(number) ?? { accepted: 0, shown: 0 };
    if (count.accepted === known.accepted) continue;
    const rest = { accepted: count.accepted - known.accepted, shown: count.shown - known.shown };
    yield { line: 'count', number, count: rest };
  }
}

/** Rebuilds the world from an earlier run. Sockets are not rebuilt: see resumeConnections. */
export function recallState(world: World, lines: JournalLine[]): void {
  const byId = new Map([...world.instances.values()].map((instance) => [instance.record.id, instance]));
  for (const line of lines) {
    if (line.line === 'count') world.sendLog.addCount(line.number, line.count);
    else if (line.line === 'send') world.sendLog.record(line.send);
    else if (line.line === 'instance') {
      const known = byId.get(line.record.id);
      if (known) known.record = line.record;
      else {
        const instance = loadInstance(line.record, world.options.messagesPerInstance);
        byId.set(line.record.id, instance);
        world.instances.set(line.record.name, instance);
      }
    } else recallInstanceLine(world, byId, line);
  }
  for (const number of world.sendLog.counts().keys()) world.knownNumbers.add(number);
}

function recallInstanceLine(
  world: World,
  byId: Map<string, ReturnType<typeof loadInstance>>,
  line: Extract<JournalLine, { instanceId: string }>,
): void {
  if (line.line === 'message' && line.send) world.sendLog.record(line.send);
  const instance = byId.get(line.instanceId);
  if (!instance) return;
  if (line.line === 'deleted') {
    byId.delete(line.instanceId);
    world.instances.delete(instance.record.name);
  } else if (line.line === 'message') instance.messages.add(line.row);
  else if (line.line === 'contact') instance.contacts.set(line.contact.remoteJid, line.contact);
  else instance.messages.byKeyId(line.keyId)?.updates.push(line.update);
}

const journalLimitBytes = 64_000_000;

/** Shortens the journal when it has grown long; called now and then. */
export function keepJournalShort(world: World): void {
  if (world.journal.grown > journalLimitBytes) world.journal.replaceWith(rememberedLines(world));
}
