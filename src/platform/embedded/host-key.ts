import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** Names the world in which a pid means something: this boot and this container. Elsewhere pids cannot be compared. */
export function hostKey(): string {
  const world = process.platform === 'linux' ? [bootId(), pidNamespace()] : [process.platform];
  return createHash('sha256').update(world.join()).digest('hex').slice(0, 8);
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
