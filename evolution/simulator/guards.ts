import { forbidden, notFound, unauthorized } from './evolution-error.ts';
import type { Instance } from './instance.ts';
import type { SimulatorContext } from './simulator-context.ts';
import type { World } from './world.ts';

export function hasGlobalKey(world: World, c: SimulatorContext): boolean {
  return c.req.header('apikey') === world.options.apiKey;
}

export function guardGlobalKey(world: World, c: SimulatorContext): void {
  if (!hasGlobalKey(world, c)) throw unauthorized();
}

/** Existence first, then the key: an unknown instance is a 404 even with a wrong key. */
export function guardInstance(world: World, c: SimulatorContext): Instance {
  const name = c.req.param('instanceName') ?? '';
  const instance = world.instances.get(name);
  if (!instance) throw notFound(`The "${name}" instance does not exist`);
  if (hasGlobalKey(world, c) || c.req.header('apikey') === instance.record.token) return instance;
  throw unauthorized();
}

/** A missing name counts as taken, as in Evolution. */
export function guardNameFree(world: World, name: unknown): void {
  if (name === undefined || world.instances.has(String(name)))
    throw forbidden(`This name "${String(name)}" is already in use.`);
}
