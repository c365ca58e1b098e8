import { eq } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { idempotencyKeys, sessions, users } from '#src/db/schema/accounts.ts';
import { customerImports } from '#src/db/schema/customer-imports.ts';
import { media } from '#src/db/schema/files.ts';
import { png } from '#test/files/samples.ts';
import { MULTIPART, streamedForm, upload } from '#test/files/upload.ts';
import { createWorld } from '#test/support/world.ts';
import { json, openDoor } from './open-door.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme } = world;
const count = (table: typeof media | typeof customerImports | typeof sessions) => world.ctx.db.$count(table);
const replayed = (answer: Response) => answer.headers.get('idempotency-replayed');

describe('F67: an Idempotency-Key with a file', () => {
  const key = (name: string) => ({ headers: { 'idempotency-key': name } });
  const image = Buffer.from(png());
  const other = Buffer.from(image);
  other[other.length - 1]! ^= 1;

  it('201 again for the same file in another form, 422 for another file of the same length', async () => {
    const first = await upload(acme.call, image, key('m1'));
    const again = await upload(acme.call, image, key('m1'));
    expect([first.status, again.status, replayed(again)]).toEqual([201, 201, 'true']);
    expect(await again.json()).toEqual(await first.json());
    const refused = await upload(acme.call, other, key('m1'));
    expect([refused.status, (await json(refused))['code']]).toEqual([422, 'idempotency-key-reused']);
    expect((await upload(acme.call, image, { ...key('m1'), name: 'other.png' })).status).toBe(422);
    expect(await count(media)).toBe(1);
  });

  it('a file refused before its end is refused again, and the key stays free', async () => {
    for (let i = 0; i < 2; i++) {
      const { body } = streamedForm(Buffer.from('MZ'), Buffer.alloc(64 * 1024), 100);
      const refused = await acme.call('POST', '/v1/media', body, { ...MULTIPART, ...key('m2').headers });
      expect([refused.status, replayed(refused)]).toEqual([415, null]);
    }
    expect((await upload(acme.call, image, key('m2'))).status).toBe(201);
  });

  it('202 again for the same CSV, 422 for another of the same length', async () => {
    const send = (text: string) =>
      acme.call('POST', '/v1/customers/import', text, { 'content-type': 'text/csv', 'idempotency-key': 'c1' });
    const first = await send('ad\nAli\n');
    const again = await send('ad\nAli\n');
    expect([first.status, again.status, replayed(again)]).toEqual([202, 202, 'true']);
    expect(await again.json()).toEqual(await first.json());
    expect((await send('ad\nAla\n')).status).toBe(422);
    expect(await count(customerImports)).toBe(1);
  });
});

describe('F67: an Idempotency-Key of somebody who is not signed in', () => {
  const { call } = openDoor(world.ctx, { attemptLimits: false });
  const person = { email: 'Yeni@Example.com', password: 'kahve-telve-42', name: 'Yeni' };
  const post = (path: string, body: object, key: string) =>
    call('POST', `/v1/auth/${path}/email`, body, { 'idempotency-key': key });

  it('sign-up 200 again, cookie and all; 422 for another password; one user', async () => {
    const first = await post('sign-up', person, 'k');
    const again = await post('sign-up', person, 'k');
    expect([first.status, again.status, replayed(first), replayed(again)]).toEqual([200, 200, null, 'true']);
    expect(await again.json()).toEqual(await first.json());
    expect(again.headers.getSetCookie()).toEqual(first.headers.getSetCookie());
    expect(again.headers.getSetCookie()).toHaveLength(1);
    expect(again.headers.get('cache-control')).toBe('no-store');
    expect((await post('sign-up', { ...person, password: 'another-one-42' }, 'k')).status).toBe(422);
    expect((await post('sign-up', person, 'k2')).status).toBe(409);
    expect(await world.ctx.db.$count(users, eq(users.email, 'yeni@example.com'))).toBe(1);
  });

  it('sign-in 200 again with the same session; a wrong password keeps no key; another’s key is his own', async () => {
    const { email, password } = person;
    const before = await count(sessions);
    expect((await post('sign-in', { email, password: 'wrong' }, 's')).status).toBe(401);
    const [first, again] = [
      await post('sign-in', { email, password }, 's'),
      await post('sign-in', { email, password }, 's'),
    ];
    expect([replayed(first), replayed(again)]).toEqual([null, 'true']);
    expect(await again.json()).toEqual(await first.json());
    expect(await count(sessions)).toBe(before + 1);
    const stranger = await post('sign-in', { email: 'nobody@example.com', password }, 's');
    expect([stranger.status, replayed(stranger)]).toEqual([401, null]);
  });

  it('nothing of a token or a password lies open', async () => {
    const { token } = await json(await post('sign-in', { email: person.email, password: person.password }, 'o'));
    const kept = JSON.stringify(await world.ctx.db.select().from(idempotencyKeys));
    expect(kept).not.toContain(String(token).slice(0, 12));
    expect(kept).not.toContain(person.password);
  });
});
