import { afterAll, expect, it } from 'vitest';
import { imageName, readImageName } from '#src/files/image-name.ts';
import { newId } from '#src/platform/ids.ts';
import { emailScene, giveIdentity } from '#test/campaigns/email-scene.ts';
import type { Member } from '#test/support/cast.ts';
import { pdf, png } from './samples.ts';
import { upload } from './upload.ts';

const world = await emailScene();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex } = world;
const { imageUrl } = await put(acme, png(), 'a.png');
const path = new URL(imageUrl!).pathname;

async function put(
  { call }: Member,
  content: Uint8Array,
  name: string,
): Promise<{ id: string; imageUrl: string | null }> {
  const response = await upload(call, content, { name });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string; imageUrl: string | null };
}

it('200: anybody sees a picture by its address, from any page, for a year; 304 and HEAD as everywhere', async () => {
  const response = await world.call('GET', path);
  expect(response.status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(png());
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'public, max-age=31536000, immutable',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  });
  expect((await world.call('HEAD', path)).status).toBe(200);
  const again = await world.call('GET', path, undefined, { 'if-none-match': response.headers.get('etag')! });
  expect([again.status, again.headers.get('cross-origin-resource-policy')]).toEqual([304, 'cross-origin']);
});

it('404: another file’s address cannot be guessed from its id; what is no picture has none', async () => {
  const document = await put(acme, pdf(), 'a.pdf');
  expect(document.imageUrl).toBeNull();
  const forged = imageName('another secret'.repeat(4), { id: document.id, mimeType: 'image/png' });
  const noPicture = imageName(world.ctx.authSecret, { id: document.id, mimeType: 'image/png' });
  const nobodys = imageName(world.ctx.authSecret, { id: newId(), mimeType: 'image/png' });
  for (const name of [forged, noPicture, nobodys, document.id, 'x.png', `${path.slice(8)}.png`, '%00', '..%2f..%2fx'])
    expect((await world.call('GET', `/images/${name}`)).status, String(name)).toBeOneOf([400, 404]);
  expect(readImageName(world.ctx.authSecret, path.replace('/images/', '').replace('.png', '.svg'))).toBeNull();
});

it('a mail has its own pictures by that address; 400 for another organization’s, or one that is none', async () => {
  await giveIdentity(world, globex, { fromEmail: 'info@globex.example' });
  const withPicture = (src: string) => ({ html: `<p>x</p><img src="${src}" alt="">` });
  const preview = (who: Member, src: string) =>
    who.call('POST', '/v1/campaigns/preview', { subject: 'x', ...withPicture(src) });
  const shown = await preview(acme, imageUrl!);
  expect((await shown.json()).html).toContain(`src="${imageUrl}"`);
  for (const [who, src] of [
    [globex, imageUrl!],
    [acme, imageUrl!.replace('.png', 'x.png')],
    [acme, imageUrl!.replace(/\/images\/.*/, '/images/{{ firstName }}')],
  ] as const) {
    const { status, errors } = await (await preview(who, src)).json();
    expect([status, errors.length, errors[0].path]).toEqual([400, 1, 'html']);
  }
  const layout = { name: 'offer', title: 'a', text: 'b', imageUrl: imageUrl!.replace('.png', 'x.png') };
  const refused = await acme.call('POST', '/v1/campaigns/preview', { subject: 'x', layout });
  expect((await refused.json()).errors.map((error: { path: string }) => error.path)).toEqual(['layout.imageUrl']);
});
