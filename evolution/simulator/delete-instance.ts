import { closeForGood } from './connection.ts';
import { emitWebhook } from './emit-webhook.ts';
import type { Instance } from './instance.ts';
import type { World } from './world.ts';

/**
 * Logs out if connected and answers at once. The row and the name stay until the REMOVE_INSTANCE webhook
 * was delivered or given up, retries included.
 */
export function deleteInstance(world: World, instance: Instance): void {
  const { record } = instance;
  if (instance.state !== 'close' && record.integration === 'WHATSAPP-BAILEYS')
    closeForGood(world, instance, 401, 'logout');
  instance.state = 'close';
  void emitWebhook(world, instance, 'instance.delete', { instanceName: record.name, instanceId: record.id });
  void emitWebhook(world, instance, 'remove.instance', null).then(() => removeRow(world, instance));
}

function removeRow(world: World, instance: Instance): void {
  if (world.closed || world.instances.get(instance.record.name) !== instance) return;
  instance.epoch += 1;
  instance.device += 1;
  instance.storming = false;
  world.instances.delete(instance.record.name);
  world.journal.write({ line: 'deleted', instanceId: instance.record.id });
}
