import { describe, expect, it } from 'vitest';
import { checkWebhooks } from '#src/instances/check-webhooks.ts';
import { webhookEvents } from '#src/instances/webhook-of.ts';
import { createInstanceWorld, type InstanceWorld, jsonOf } from './instance-world.ts';

async function createOne(world: InstanceWorld) {
  const { id } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
  return world.row(id);
}

async function knownWebhook(world: InstanceWorld, name: string) {
  const headers = { apikey: world.simulator.apiKey };
  const answer = await fetch(`${world.simulator.url}/webhook/find/${name}`, { headers });
  return (await answer.json()) as { url: string; events: string[]; headers: Record<string, string> };
}

async function setWebhook(world: InstanceWorld, name: string, webhook: object): Promise<void> {
  await fetch(`${world.simulator.url}/webhook/set/${name}`, {
    method: 'POST',
    headers: { apikey: world.simulator.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ webhook }),
  });
}

describe('where Evolution calls us', () => {
  it('follows PUBLIC_URL, under the same secret', async () => {
    await using world = await createInstanceWorld();
    const { providerName } = await createOne(world);
    const before = await knownWebhook(world, providerName);
    await checkWebhooks({ ...world.ctx, publicUrl: 'https://moved.example' });
    const after = await knownWebhook(world, providerName);
    expect(after.url).toBe(before.url.replace(world.ctx.publicUrl, 'https://moved.example'));
    expect(after.headers).toEqual(before.headers);
  });

  it('is mended when somebody changed the events or the headers by hand', async () => {
    await using world = await createInstanceWorld();
    const { providerName } = await createOne(world);
    const wanted = await knownWebhook(world, providerName);
    await setWebhook(world, providerName, { enabled: true, url: wanted.url, events: ['CALL'], headers: {} });
    await checkWebhooks(world.ctx);
    const after = await knownWebhook(world, providerName);
    expect([...after.events].sort()).toEqual([...webhookEvents].sort());
    expect(after.headers).toEqual(wanted.headers);
  });

  it('is left alone when it is right', async () => {
    await using world = await createInstanceWorld();
    await createOne(world);
    await world.control('POST', '/faults', { verb: '*', outcome: { kind: 'slow', ms: 0 }, count: 100 });
    await checkWebhooks(world.ctx);
    expect(await world.control('GET', '/faults')).toMatchObject({ rules: [{ count: 99 }] });
  });

  it('one server that is away does not matter to the rest of the run', async () => {
    await using world = await createInstanceWorld();
    await createOne(world);
    await world.simulator.close();
    await expect(checkWebhooks(world.ctx)).resolves.toBeUndefined();
  });
});
