import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { findImage } from '#src/files/find-image.ts';
import { imageName } from '#src/files/image-name.ts';
import { createSecretBox } from '#src/platform/secret-box.ts';
import { resealSecrets } from '#src/vault/reseal-secrets.ts';
import { nameOf, sealedPlaces } from '#src/vault/sealed-places.ts';
import { warnOfLostKeys } from '#src/vault/warn-of-lost-keys.ts';
import { storeMedia } from '#test/campaigns/stage.ts';
import { AUTH_SECRET, createWorld } from '#test/support/world.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, ctx } = world;

/** One row of everything that is sealed, a thousand instances among them; `seal`: with which key. */
async function fill(seal: (plain: string) => string): Promise<void> {
  const { organizationId, userId } = acme;
  await ctx.db.execute(
    sql`insert into evolution_servers (url, api_key) values ('http://evolution.example', ${seal('server')})`,
  );
  const tokens = Array.from({ length: 1000 }, (_, i) => ({ n: i, token: seal(`token ${i}`), other: seal('hook') }));
  await ctx.db.execute(sql`
    insert into instances (organization_id, user_id, name, provider_name, token, webhook_secret_hash, webhook_secret, webhook_jwt_key, deleted_at)
    select ${organizationId}::uuid, ${userId}::uuid, 'i', 'i' || n, token, 'h' || n, other, other, now()
    from jsonb_to_recordset(${JSON.stringify(tokens)}::jsonb) as v(n int, token text, other text)`);
  await ctx.db.execute(sql`
    insert into webhook_endpoints (organization_id, url, events, secret_sealed, previous_secret_sealed)
    values (${organizationId}::uuid, 'https://crm.example.com', '{*}', ${seal('whsec_a')}, ${seal('whsec_b')})`);
  await ctx.db.execute(sql`
    insert into idempotency_keys (user_id, route, key, request_hash, locked_until_at, headers, body)
    values (${userId}::uuid, 'post /v1/x', 'k', 'h', now(), ${JSON.stringify({ 'set-cookie': seal('c'), location: 'l' })}::jsonb, ${seal('b')})`);
}

const opened = async (box: { open(sealed: string): string }) =>
  (await ctx.db.execute<{ token: string }>(sql`select token from instances order by provider_name`)).map(({ token }) =>
    box.open(token),
  );

it('every key may be changed: what it sealed is sealed again with the newest, by two at once, stopped and begun again, and the old one may go', async () => {
  const [old, fresh] = ['o'.repeat(40), 'n'.repeat(40)];
  await fill(createSecretBox(old).seal);
  const both = { ...ctx, secrets: createSecretBox(fresh, old) };
  const before = await opened(both.secrets);
  expect(await warnOfLostKeys(both)).toEqual([]);
  expect((await warnOfLostKeys({ ...ctx, secrets: createSecretBox(fresh) })).map(({ place }) => place)).toEqual([
    'evolution_servers.api_key',
    'instances.token',
    'instances.webhook_secret',
    'instances.webhook_jwt_key',
    'webhook_endpoints.secret_sealed',
    'webhook_endpoints.previous_secret_sealed',
  ]);

  const stopped = new AbortController();
  stopped.abort();
  await resealSecrets(both, stopped.signal);
  expect(() => createSecretBox(fresh).open('v1.')).toThrow();
  const reports = await Promise.all([resealSecrets(both), resealSecrets(both)]);
  const sum = (name: string) =>
    reports
      .flat()
      .filter(({ place }) => place === name)
      .reduce((total, { resealed }) => total + resealed, 0);
  expect(sum('instances.token')).toBe(1000);
  expect(sum('idempotency_keys.headers (set-cookie)')).toBe(1);
  expect(reports.flat().every(({ unreadable }) => unreadable === 0)).toBe(true);

  const alone = createSecretBox(fresh);
  expect(await opened(alone)).toEqual(before);
  const [kept] = await ctx.db.execute<{ headers: Record<string, string>; body: string }>(
    sql`select headers, body from idempotency_keys where key = 'k'`,
  );
  expect([kept!.headers['location'], alone.open(kept!.headers['set-cookie']!), alone.open(kept!.body)]).toEqual([
    'l',
    'c',
    'b',
  ]);
  expect(await warnOfLostKeys({ ...ctx, secrets: alone })).toEqual([]);
  expect((await resealSecrets({ ...ctx, secrets: alone })).every(({ resealed }) => resealed === 0)).toBe(true);
});

it('what no key opens is counted and left as it is; the rest goes on', async () => {
  const [other, mine] = ['l'.repeat(40), 'n'.repeat(40)];
  await ctx.db.execute(
    sql`update instances set token = ${createSecretBox(other).seal('lost')} where provider_name = 'i7'`,
  );
  await ctx.db.execute(sql`update instances set token = 'v1.AAAA' where provider_name = 'i8'`);
  const newest = { ...ctx, secrets: createSecretBox('z'.repeat(40), mine) };
  const report = await resealSecrets(newest);
  expect(report.find(({ place }) => place === 'instances.token')).toMatchObject({ resealed: 998, unreadable: 2 });
  expect(
    createSecretBox(other).open(
      (await ctx.db.execute<{ token: string }>(sql`select token from instances where provider_name = 'i7'`))[0]!.token,
    ),
  ).toBe('lost');
});

it('names every place that is sealed: a file that seals has its column in the list', async () => {
  const seals = ['src', 'webhooks'].flatMap((tree) =>
    readdirSync(tree, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && /\bsecrets\.seal\(/.test(readFileSync(`${tree}/${file}`, 'utf8')))
      .map((file) => `${tree}/${file}`),
  );
  expect(seals.sort()).toEqual([
    'src/accounts/idempotency-keys.ts',
    'src/accounts/run-once.ts',
    'src/archive/arrivals.ts',
    'src/archive/check-import.ts',
    'src/archive/load-secrets.ts',
    'src/archive/request-export.ts',
    'src/archive/settle-arrival.ts',
    'src/emails/create-identity.ts',
    'src/emails/identity-fields.ts',
    'src/instances/add-evolution-server.ts',
    'src/instances/ensure-evolution-server.ts',
    'src/instances/new-identity.ts',
    'src/instances/update-evolution-server.ts',
    'src/mails/queue-mail.ts',
    'src/vault/reseal-secrets.ts',
    'webhooks/outbound/create-endpoint.ts',
    'webhooks/outbound/rotate-secret.ts',
  ]);
  const columns = await ctx.db.execute<{ name: string }>(sql`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and column_name like '%sealed'`);
  expect(sealedPlaces.map(nameOf)).toEqual(expect.arrayContaining(columns.map(({ name }) => name)));
});

it('links that were mailed, pictures and cookies of a former AUTH_SECRET are recognised', async () => {
  const id = await storeMedia(ctx, acme, 'image');
  const name = imageName(AUTH_SECRET, { id, mimeType: 'image/jpeg' })!;
  const later = { ...ctx, authSecret: 'n'.repeat(40), config: { ...ctx.config, formerAuthSecrets: [AUTH_SECRET] } };
  expect((await findImage(later, name)).id).toBe(id);
  await expect(findImage({ ...later, config: ctx.config }, name)).rejects.toMatchObject({ code: 'not-found' });
});
