import axios from 'axios';
import { sql } from 'drizzle-orm';
import { followAcks } from '#src/campaigns/follow-acks.ts';
import { resolveUnknown } from '#src/campaigns/resolve-unknown.ts';
import type { AckStatus } from '#src/messages/message.ts';
import type { stage } from './scene.ts';
import { pumpDry } from './stage.ts';

export type Scene = Awaited<ReturnType<typeof stage>>;
type Message = {
  id: string;
  part: number;
  status: string;
  statusReason: string | null;
  providerMessageId: string | null;
};
type Recipient = { id: string; address: string; status: string; statusReason: string | null; messages: Message[] };

export const faults = (scene: Scene, rule: object) =>
  axios.post(`${scene.simulator.url}/simulator/faults`, rule, { headers: { apikey: scene.simulator.apiKey } });
/** Evolution's own refusal, before anything went out. */
export const refuseAtTheDoor = (scene: Scene, ending: string, count = 1) =>
  faults(scene, { number: `*${ending}`, count, outcome: { kind: 'answer', status: 413 } });
/** The answer to a number that is not on WhatsApp. */
export const absent = (scene: Scene, ending: string) => {
  const message = [{ jid: '', exists: false, number: '' }];
  const body = { status: 400, error: 'Bad Request', response: { message } };
  return faults(scene, { number: `*${ending}`, count: 1, outcome: { kind: 'answer', status: 400, body } });
};
export const recipientOf = async (scene: Scene, ending: string): Promise<Recipient> =>
  (await scene.recipients()).find(({ address }: Recipient) => address.endsWith(ending));
export const sendsTo = (scene: Scene, ending: string) =>
  scene.simulator.sends().filter(({ number }) => number.endsWith(ending)).length;

export async function ack(scene: Scene, providerMessageId: string, status: AckStatus): Promise<void> {
  await followAcks(scene.ctx, [{ instanceId: scene.instanceId, providerMessageId, status, at: scene.clock.now() }]);
}

export async function run(scene: Scene): Promise<void> {
  await scene.drain();
  await pumpDry(scene.ctx);
  await scene.drain();
}

/** Part `part` of what went to that number is refused by WhatsApp after Evolution took it. */
export async function refuse(scene: Scene, ending: string, part = 1): Promise<string> {
  const { messages } = await recipientOf(scene, ending);
  const id = messages.find((message) => message.part === part)!.providerMessageId!;
  await ack(scene, id, 'ERROR');
  return id;
}

/** A person gives up one whose outcome could not be found out. */
export async function giveUp(scene: Scene, ending: string): Promise<void> {
  const { id } = await recipientOf(scene, ending);
  await scene.ctx.db.execute(sql`update messages set reconcile_at = null where status = 'unknown'`);
  await resolveUnknown(scene.acme.ctx, scene.id, { decision: 'give-up', recipientId: id });
  await run(scene);
}
