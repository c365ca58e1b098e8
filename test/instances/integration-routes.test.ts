import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '#evolution/simulator/start-simulator.ts';
import { activities } from '#src/db/schema/activities.ts';
import { openInstance, startQuickSimulator } from '#test/campaigns/stage.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';

let world: World;
let simulator: Simulator;
let id: string;
beforeAll(async () => {
  world = await createWorld({ env: { ALLOW_PRIVATE_TARGETS: '127.0.0.0/8' } });
  simulator = await startQuickSimulator();
  id = await openInstance(world.ctx, world.acme, simulator);
});
afterAll(async () => {
  await simulator.close();
  await world[Symbol.asyncDispose]();
});

const TOKEN = 'very-secret-token-f3a9';
const chatwoot = { url: 'https://127.0.0.1:8443/cw/', accountId: '7', token: TOKEN };
const typebot = { url: 'https://127.0.0.1:8444', typebot: 'randevu-al' };
// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
const ask = async (method: string, name: string, body?: object, who: Member = world.acme, of = id): Promise<Json> => {
  const answer = await who.call(method, `/v1/instances/${of}/integrations/${name}`, body);
  return answer.status === 204 ? { status: 204 } : { status: answer.status, ...(await answer.json()) };
};
/** Asked of Evolution itself, past Ulak. */
async function evolution(method: string, verb: string, body?: object): Promise<Json> {
  const { name } = simulator.instances()[0]!;
  const headers = { apikey: simulator.apiKey, 'content-type': 'application/json' };
  const answer = await fetch(`${simulator.url}/${verb}/${name}`, {
    method,
    headers,
    body: body && JSON.stringify(body),
  } as RequestInit);
  return answer.json();
}

describe('/v1/instances/{id}/integrations/chatwoot', () => {
  it('200: is set at Evolution; its token is never shown and nothing of it is kept here', async () => {
    expect(await ask('GET', 'chatwoot')).toEqual({ status: 200, name: 'chatwoot', enabled: false, settings: null });
    const set = await ask('PUT', 'chatwoot', chatwoot);
    expect(set).toMatchObject({
      status: 200,
      enabled: true,
      settings: {
        url: 'https://127.0.0.1:8443/cw',
        accountId: '7',
        token: '••••f3a9',
        inboxName: 'Main',
        importDays: 3,
      },
    });
    expect(await ask('GET', 'chatwoot')).toEqual(set);
    expect(await evolution('GET', 'chatwoot/find')).toMatchObject({
      token: TOKEN,
      autoCreate: true,
      signMsg: true,
      ignoreJids: ['@g.us'],
    });
    const written = await world.ctx.db
      .select()
      .from(activities)
      .where(eq(activities.verb, 'instances.set-integration'));
    expect(written).toHaveLength(1);
    expect(JSON.stringify(written)).not.toContain('f3a9');
  });

  it('200: a token left out stays; 400 when it would go to another URL than it was given for', async () => {
    const { token: _, ...without } = chatwoot;
    await ask('PUT', 'chatwoot', chatwoot);
    expect(await ask('PUT', 'chatwoot', { ...without, enabled: false })).toMatchObject({ status: 200, enabled: false });
    expect(await evolution('GET', 'chatwoot/find')).toMatchObject({ token: TOKEN, enabled: false });
    const moved = await ask('PUT', 'chatwoot', { ...without, url: 'https://127.0.0.1:9443' });
    expect(moved).toMatchObject({ status: 400, errors: [{ path: 'token' }] });
    expect((await evolution('GET', 'chatwoot/find')).url).toBe('https://127.0.0.1:8443/cw');
  });

  it('204: is switched off and its token overwritten, once and again', async () => {
    await ask('PUT', 'chatwoot', chatwoot);
    expect(await ask('DELETE', 'chatwoot')).toEqual({ status: 204 });
    expect(JSON.stringify(await evolution('GET', 'chatwoot/find'))).not.toContain(TOKEN);
    expect(await ask('GET', 'chatwoot')).toMatchObject({ enabled: false, settings: null });
    expect(await ask('DELETE', 'chatwoot')).toEqual({ status: 204 });
    const { token: _, ...without } = chatwoot;
    expect(await ask('PUT', 'chatwoot', without)).toMatchObject({ status: 400, errors: [{ path: 'token' }] });
  });

  it.each([
    ['http://169.254.169.254/latest', 'url'],
    ['http://10.0.0.5', 'url'],
    ['http://[::ffff:10.0.0.5]/', 'url'],
    ['https://user:secret@127.0.0.1/', 'url'],
    ['https://no-such-host.invalid', 'url'],
    ['ftp://127.0.0.1/', 'url'],
    ['javascript:alert(1)', 'url'],
  ])('400: %s', async (url, path) => {
    for (const body of [
      { ...chatwoot, url },
      { ...typebot, url },
    ])
      expect(await ask('PUT', 'token' in body ? 'chatwoot' : 'typebot', body)).toMatchObject({
        status: 400,
        errors: [{ path }],
      });
  });
});

describe('/v1/instances/{id}/integrations/typebot', () => {
  it('200 and 204: is made once, changed in its place, taken away; the bots of others stay', async () => {
    const others = {
      enabled: true,
      url: 'https://example.com',
      typebot: 'theirs',
      triggerType: 'none',
      description: 'Theirs',
    };
    await evolution('POST', 'typebot/create', others);
    const bots = (): Promise<Json[]> => evolution('GET', 'typebot/find');
    expect(await ask('GET', 'typebot')).toMatchObject({ settings: null });
    expect(await ask('PUT', 'typebot', typebot)).toMatchObject({
      status: 200,
      enabled: true,
      settings: { typebot: 'randevu-al', trigger: { type: 'all' }, finishWord: 'bitir', stopWhenAnswered: true },
    });
    const trigger = { type: 'keyword', operator: 'startsWith', value: 'randevu' };
    const changed = await ask('PUT', 'typebot', { ...typebot, trigger });
    expect(changed.settings.trigger).toEqual(trigger);
    expect(await ask('GET', 'typebot')).toEqual(changed);
    expect((await bots()).map((bot) => bot.description)).toEqual(['Theirs', 'Ulak']);
    expect(await ask('DELETE', 'typebot')).toEqual({ status: 204 });
    expect(await ask('DELETE', 'typebot')).toEqual({ status: 204 });
    expect((await bots()).map((bot) => bot.description)).toEqual(['Theirs']);
  });

  it('409: somebody else’s bot answers to everything already', async () => {
    const others = {
      enabled: true,
      url: 'https://example.com',
      typebot: 'all',
      triggerType: 'all',
      description: 'Theirs',
    };
    await evolution('POST', 'typebot/create', others);
    expect(await ask('PUT', 'typebot', typebot)).toMatchObject({ status: 409, code: 'already-exists' });
    expect(await ask('PUT', 'typebot', { ...typebot, trigger: { type: 'none' } })).toMatchObject({ status: 200 });
  });

  it('400: a trigger without its word, a bot that is no id', async () => {
    expect(await ask('PUT', 'typebot', { ...typebot, trigger: { type: 'keyword' } })).toMatchObject({ status: 400 });
    expect(await ask('PUT', 'typebot', { ...typebot, typebot: 'a/b' })).toMatchObject({
      status: 400,
      errors: [{ path: 'typebot' }],
    });
  });
});

describe('who may, and what Evolution says', () => {
  it('403: a consultant, an API key; 404: another organization', async () => {
    const person = { email: 'selin@example.com', name: 'Selin', password: 'correct horse battery', role: 'consultant' };
    await world.acme.call('POST', '/v1/organization/members', person);
    const signedIn = await world.call('POST', '/v1/auth/sign-in/email', {
      email: person.email,
      password: person.password,
    });
    const { token } = await signedIn.json();
    for (const method of ['GET', 'PUT', 'DELETE'])
      for (const name of ['chatwoot', 'typebot']) {
        const body = method === 'PUT' ? (name === 'chatwoot' ? chatwoot : typebot) : undefined;
        const path = `/v1/instances/${id}/integrations/${name}`;
        expect((await world.call(method, path, body, { authorization: `Bearer ${token}` })).status).toBe(403);
        expect((await ask(method, name, body, world.globex)).status).toBe(404);
      }
  });

  it('409 integration-off: the server has it switched off', async () => {
    await using off = await closing(startQuickSimulator({ integrations: false }));
    const theirs = await openInstance(world.ctx, world.globex, off);
    for (const [name, body] of [
      ['chatwoot', chatwoot],
      ['typebot', typebot],
    ] as const) {
      expect(await ask('PUT', name, body, world.globex, theirs)).toMatchObject({
        status: 409,
        code: 'integration-off',
      });
      expect(await ask('GET', name, undefined, world.globex, theirs)).toMatchObject({
        status: 409,
        code: 'integration-off',
      });
    }
  });

  it('503: nobody answers; 409: the server knows no such connection', async () => {
    const lost = await openInstance(world.ctx, world.admin);
    const answer = await world.admin.call('GET', `/v1/instances/${lost}/integrations/chatwoot`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '15']);
    await evolution('DELETE', 'instance/delete');
    await expect.poll(async () => (await ask('GET', 'typebot')).code).toBe('instance-not-open');
  });
});

const closing = async (started: Promise<Simulator>) => {
  const simulator = await started;
  return Object.assign(simulator, { [Symbol.asyncDispose]: () => simulator.close() });
};
