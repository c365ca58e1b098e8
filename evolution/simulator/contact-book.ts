import { emitWebhook } from './emit-webhook.ts';
import type { Instance } from './instance.ts';
import { pictureUrl } from './jid.ts';
import { rowId } from './randomness.ts';
import type { World } from './world.ts';

function storeContact(
  world: World,
  instance: Instance,
  remoteJid: string,
  name: string,
  picture: string | null,
): boolean {
  const now = new Date().toISOString();
  const known = instance.contacts.get(remoteJid);
  const contact = known ?? {
    id: rowId(),
    remoteJid,
    pushName: name,
    profilePicUrl: picture,
    createdAt: now,
    updatedAt: now,
  };
  contact.updatedAt = now;
  if (name) contact.pushName = name;
  instance.contacts.set(remoteJid, contact);
  world.journal.write({ line: 'contact', instanceId: instance.record.id, contact });
  return known === undefined;
}

/**
 * What Evolution does with the sender of an inbound message: contacts.upsert the first time and contacts.update
 * afterwards; then the picture once more, as an array, unless the owner wrote it.
 */
export function rememberSender(
  world: World,
  instance: Instance,
  remoteJid: string,
  name: string,
  pictureJid?: string,
): void {
  const profilePicUrl = pictureUrl(remoteJid);
  const isNew = storeContact(world, instance, remoteJid, name, profilePicUrl);
  const contact = { remoteJid, pushName: name, profilePicUrl, instanceId: instance.record.id };
  void emitWebhook(world, instance, isNew ? 'contacts.upsert' : 'contacts.update', contact);
  if (pictureJid) announcePicture(world, instance, pictureJid);
}

export function announcePicture(world: World, instance: Instance, remoteJid: string): void {
  const profilePicUrl = pictureUrl(remoteJid);
  void emitWebhook(world, instance, 'contacts.update', [{ remoteJid, profilePicUrl, instanceId: instance.record.id }]);
}

/** The EVOLUTION channel: contact and chat are announced as new every time. */
export function rememberPassiveSender(world: World, instance: Instance, remoteJid: string, pushName: string): void {
  const instanceId = instance.record.id;
  const isNew = storeContact(world, instance, remoteJid, pushName, null);
  void emitWebhook(world, instance, 'contacts.upsert', { remoteJid, pushName, instanceId });
  if (!isNew) void emitWebhook(world, instance, 'chats.update', { remoteJid, instanceId });
  void emitWebhook(world, instance, 'chats.upsert', { remoteJid, instanceId });
}
