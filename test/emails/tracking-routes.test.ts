import { eq, sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { emailContents } from '#src/db/schema/emails.ts';
import { saveHits } from '#src/emails/hit-writer.ts';
import { judgeHits } from '#src/emails/judge-hits.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { markSent, type Recipient, rowOf, sign, stageMailing } from './link-scene.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { ctx, acme, clock } = world;
const links = ['https://a.example/?x=1&y=2', 'https://b.example/', 'https://c.example/', 'https://d.example/'];
const contentId = newId();
await ctx.db.insert(emailContents).values({
  id: contentId,
  organizationId: acme.organizationId,
  language: 'tr',
  subject: 'Bahar',
  source: { kind: 'html', html: '' },
  html: '',
  plain: '',
  links,
  sizeBytes: 1,
});
const scene = await stageMailing(world, 30);
await ctx.db.update(campaigns).set({ trackOpens: true, trackClicks: true }).where(eq(campaigns.id, scene.id));
await markSent(world, scene.id, 60);
let next = 0;
const someone = (): Recipient => scene.recipients[next++]!;
const BROWSER = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const GMAIL = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';
const GMAIL_PREFETCH =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0';

let expected = 0;
/** Waits until it is kept. */
async function hit(method: string, path: string, userAgent: string, more: Record<string, string> = {}) {
  const response = await world.call(method, path, undefined, { 'user-agent': userAgent, ...more });
  expected++;
  await expect.poll(hitCount).toBe(expected);
  return response;
}
const hitCount = async () =>
  (await ctx.db.execute<{ count: number }>(sql`select count(*)::int as count from email_hits`))[0]!.count;
const open = ({ id }: Recipient, userAgent = BROWSER, more = {}, method = 'GET') =>
  hit(method, `/o/${sign({ kind: 'open', recipientId: id })}`, userAgent, more);
const clickPath = (recipientId: string, link: number, content = contentId) =>
  `/c/${sign({ kind: 'click', recipientId, contentId: content, link })}`;
const click = ({ id }: Recipient, link: number, userAgent = BROWSER, method = 'GET') =>
  hit(method, clickPath(id, link), userAgent);
async function judge() {
  clock.advance({ seconds: 12 });
  return judgeHits(ctx);
}
const verdictsOn = async ({ id }: Recipient) =>
  (
    await ctx.db.execute<{ automated: string | null }>(
      sql`select automated from email_hits where recipient_id = ${id} order by id`,
    )
  ).map(({ automated }) => automated);

describe('GET /o/{token}', () => {
  it('200: a dot that no cache keeps and every page may show; opened once, by the first time', async () => {
    const who = someone();
    const response = await open(who, GMAIL);
    expect(response.headers.get('content-type')).toBe('image/gif');
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 6)
        .toString(),
    ).toBe('GIF89a');
    const first = clock.now();
    expect(await judgeHits(ctx)).toEqual({ judged: 0, campaignIds: [] });
    expect(await judge()).toEqual({ judged: 1, campaignIds: [scene.id] });
    const row = await rowOf(world, who.id);
    expect(row).toMatchObject({ status: 'read', clicked_at: null });
    expect(new Date(row['opened_at'] as string)).toEqual(first);
    await open(who);
    expect(await judge()).toEqual({ judged: 1, campaignIds: [] });
    expect((await rowOf(world, who.id))['opened_at']).toBe(row['opened_at']);
    const [counts] = await ctx.db.execute(
      sql`select read_count, sent_count from campaign_progress where campaign_id = ${scene.id}`,
    );
    expect(counts).toEqual({ read_count: 1, sent_count: 29 });
  });

  it('a machine’s are kept apart: by its name, a HEAD, a prefetch', async () => {
    const machines: [string, string, Record<string, string>?, string?][] = [
      ['prefetch', 'Mozilla/5.0'],
      ['prefetch', GMAIL_PREFETCH],
      ['prefetch', BROWSER, { 'sec-purpose': 'prefetch' }],
      ['scanner', 'Mozilla/5.0 (compatible; Barracuda)'],
      ['tool', 'python-requests/2.32'],
      ['head', BROWSER, {}, 'HEAD'],
    ];
    for (const [why, ...request] of machines) {
      const who = someone();
      await open(who, ...request);
      await judge();
      expect(await verdictsOn(who)).toEqual([why]);
      expect(await rowOf(world, who.id)).toMatchObject({ status: 'sent', opened_at: null });
    }
  });

  it('within seconds of the mail nobody reads it', async () => {
    const { id, recipients } = await stageMailing(world, 2);
    await ctx.db.update(campaigns).set({ trackOpens: true }).where(eq(campaigns.id, id));
    await markSent(world, id);
    const [quick, slow] = recipients as [Recipient, Recipient];
    await open(quick);
    clock.advance({ seconds: 10 });
    await open(slow);
    await judge();
    expect([await verdictsOn(quick), await verdictsOn(slow)]).toEqual([['too-soon'], [null]]);
  });

  it('404: forged, of another kind', async () => {
    for (const path of ['/o/x', clickPath(newId(), 1).replace('/c/', '/o/'), '/c/x'])
      expect((await world.call('GET', path)).status).toBe(404);
  });
});

describe('GET /c/{token}', () => {
  it('302: to where the content says, whatever is appended; clicked and opened at once', async () => {
    const who = someone();
    const response = await hit('GET', `${clickPath(who.id, 1)}?url=https://evil.example&utm_source=x`, BROWSER);
    expect([response.status, response.headers.get('location')]).toEqual([302, links[0]]);
    await judge();
    const row = await rowOf(world, who.id);
    expect(row).toMatchObject({ status: 'read' });
    expect(row['clicked_at']).toEqual(row['opened_at']);
  });

  it('404: a link that the content has not, a content that is gone; nothing is kept of it', async () => {
    for (const path of [clickPath(newId(), 5), clickPath(newId(), 1, newId())])
      expect((await world.call('GET', path)).status).toBe(404);
  });

  it('302: for a recipient who is gone, too', async () => {
    const response = await world.call('GET', clickPath(newId(), 2));
    expect([response.status, response.headers.get('location')]).toEqual([302, links[1]]);
  });

  it('204: a link that people do not see; whoever follows it is a machine, before and after it', async () => {
    const who = someone();
    await click(who, 1);
    expect((await click(who, 0)).status).toBe(204);
    clock.advance({ seconds: 9 });
    await open(who);
    await judge();
    expect(await verdictsOn(who)).toEqual(['trap', 'trap', 'trap']);
    await click(who, 2);
    await judge();
    expect(await verdictsOn(who)).toEqual(['trap', 'trap', 'trap', null]);
  });

  it('many links at once are a machine’s, two are not', async () => {
    const [machine, person] = [someone(), someone()];
    for (const link of [1, 2, 3]) await click(machine, link);
    for (const link of [1, 2, 2]) await click(person, link);
    await judge();
    expect(await verdictsOn(machine)).toEqual(['burst', 'burst', 'burst']);
    expect(await rowOf(world, machine.id)).toMatchObject({ status: 'sent', clicked_at: null });
    expect(await verdictsOn(person)).toEqual([null, null, null]);
  });
});

it('nothing is kept where campaign or organization do without it', async () => {
  const { recipients } = await stageMailing(world, 1);
  const [who] = recipients as [Recipient];
  const follow = () =>
    saveHits(ctx, [{ recipientId: who.id, link: 1, automated: null, userAgent: null, hitAt: clock.now() }]);
  await follow();
  await ctx.db.update(campaigns).set({ trackOpens: true, trackClicks: true }).where(eq(campaigns.id, who.campaignId));
  await ctx.db.execute(sql`update organizations set mail_tracking = false where id = ${acme.organizationId}`);
  await follow();
  await ctx.db.execute(sql`update organizations set mail_tracking = true where id = ${acme.organizationId}`);
  await click(who, 1);
});

it('a hundred of one recipient are kept, whoever calls more often; a status that is further stays', async () => {
  const who = someone();
  await ctx.db.execute(sql`
    insert into email_hits (organization_id, campaign_id, recipient_id, hit_at, judged_at)
    select ${acme.organizationId}, ${scene.id}, ${who.id}, '2026-03-02T08:00:00Z', '2026-03-02T08:00:00Z' from generate_series(1, 99)`);
  expected += 99;
  await open(who);
  const more = { recipientId: who.id, link: null, automated: null, userAgent: null, hitAt: clock.now() };
  await saveHits(ctx, [more, more]);
  expect(await hitCount()).toBe(expected);
  await judge();
  expect(await rowOf(world, who.id)).toMatchObject({ status: 'read' });
});
