import { expect, it } from 'vitest';
import { createInstanceWorld, type InstanceWorld } from './instance-world.ts';

async function addConsultant({ asAcme, asNobody }: InstanceWorld) {
  const account = { email: 'can@example.com', name: 'Can', password: 'correct horse battery', role: 'consultant' };
  await asAcme('POST', '/v1/organization/members', account);
  const { email, password } = account;
  const { token } = await (await asNobody('POST', '/v1/auth/sign-in/email', { email, password })).json();
  const authorization = `Bearer ${token}`;
  return (method: string, path: string, body?: unknown) => asNobody(method, path, body, { authorization });
}

it('404: a consultant neither sees nor touches the number of anybody else; an owner manages all', async () => {
  await using world = await createInstanceWorld();
  const { asAcme } = world;
  const owners = await (await asAcme('POST', '/v1/instances', {})).json();
  const asConsultant = await addConsultant(world);
  const at = `/v1/instances/${owners.id}`;
  expect(await (await asConsultant('GET', '/v1/instances')).json()).toEqual({ data: [], nextCursor: null });
  for (const [method, path] of [
    ['GET', at],
    ['GET', `${at}/qr`],
    ['POST', `${at}/connect`],
    ['POST', `${at}/health/reset`],
    ['DELETE', `${at}/session`],
    ['DELETE', at],
  ] as const)
    expect((await asConsultant(method, path)).status, `${method} ${path}`).toBe(404);
  expect(await (await asAcme('GET', at)).json()).toMatchObject({ id: owners.id, status: 'connecting' });

  const own = await (await asConsultant('POST', '/v1/instances', {})).json();
  expect((await asConsultant('GET', `/v1/instances/${own.id}`)).status).toBe(200);
  const { data } = await (await asAcme('GET', '/v1/instances')).json();
  expect(data.map(({ id }: { id: string }) => id)).toEqual([own.id, owners.id]);
  expect((await asAcme('DELETE', `/v1/instances/${own.id}`)).status).toBe(204);
});
