import { SignJWT } from 'jose';
import { createInstanceWorld, type InstanceWorld, jsonOf } from '#test/instances/instance-world.ts';

export type HookWorld = InstanceWorld & {
  instanceId: string;
  secret: string;
  jwtKey: string;
  providerName: string;
  /** Knocks as Evolution does. */
  knock(
    event: string,
    data: unknown,
    more?: { secret?: string; authorization?: string | null; body?: string; dateTime?: string },
  ): Promise<Response>;
};

/** `exp` in seconds from now. */
export const sign = (
  key: string,
  claims: Record<string, unknown> = {},
  expiresIn = 600,
  alg = 'HS256',
): Promise<string> =>
  new SignJWT({ app: 'evolution', action: 'webhook', ...claims })
    .setProtectedHeader({ alg })
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
    .sign(new TextEncoder().encode(key));

/** acme has an instance, and Evolution says nothing of itself. */
export async function createHookWorld(): Promise<HookWorld> {
  const world = await createInstanceWorld();
  await world.control('PUT', '/webhooks', { loseShare: 1 });
  const { id: instanceId } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
  const row = await world.row(instanceId);
  const secret = world.ctx.secrets.open(row.webhookSecret);
  const jwtKey = world.ctx.secrets.open(row.webhookJwtKey);
  const { providerName } = row;
  return {
    ...world,
    instanceId,
    secret,
    jwtKey,
    providerName,
    async knock(
      event,
      data,
      { secret: other = secret, authorization, body, dateTime = '2026-03-02T09:00:00.000Z' } = {},
    ) {
      const bearer = authorization === undefined ? `Bearer ${await sign(jwtKey)}` : authorization;
      const webhook = {
        event,
        instance: providerName,
        data,
        destination: `x/${secret}`,
        date_time: dateTime,
        server_url: 'x',
        apikey: 'TOKEN',
      };
      return world.asNobody(
        'POST',
        `/hooks/evolution/${other}`,
        body ?? webhook,
        bearer === null ? {} : { authorization: bearer },
      );
    },
  };
}
