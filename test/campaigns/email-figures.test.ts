import { sql } from 'drizzle-orm';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSandboxMail } from '#src/emails/sandbox/queries.ts';
import { createReaders, emailBody, emailScene, makeCampaign } from './email-scene.ts';

const world = await emailScene();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex, clock, ctx } = world;
const BROWSER = { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15' };
const SCANNER = { 'user-agent': 'Mozilla/5.0 (compatible; Mimecast)' };
const addresses = [
  'a@gmail.example',
  'b@gmail.example',
  'c@gmail.example',
  'd@x.example',
  'bounce@x.example',
  'full@y.example',
  'complaint@y.example',
];
let id: string;

type Links = { open: string; links: string[]; unsubscribe: string };
/** What stands in the mail that somebody got. */
async function linksOf(address: string): Promise<Links> {
  const [row] = await ctx.db.execute<{ id: string }>(
    sql`select id from sandbox_mails where recipients[1] = ${address} order by id desc limit 1`,
  );
  const { html = '', headers } = await PostalMime.parse(await readSandboxMail(ctx, row!.id));
  const paths = Array.from(html.matchAll(/http:\/\/127\.0\.0\.1:3000(\/[ocu]\/[\w-]+)/g), ([, path]) => path!);
  expect(headers.find(({ key }) => key === 'list-unsubscribe')!.value).toContain(
    paths.find((path) => path.startsWith('/u/')),
  );
  return {
    open: paths.find((path) => path.startsWith('/o/'))!,
    links: paths.filter((path) => path.startsWith('/c/')),
    unsubscribe: paths.find((path) => path.startsWith('/u/'))!,
  };
}
const visit = async (path: string, headers: Record<string, string>) =>
  (await world.call('GET', path, undefined, headers)).status;

beforeAll(async () => {
  const groupId = await createReaders(world, acme, addresses);
  await ctx.db.execute(sql`update customers set first_name = '=HYPERLINK("x")' where email = 'd@x.example'`);
  const html =
    '<p>Bahar: <a href="https://cinar.example/bahar">bak</a> <a href="https://cinar.example/yaz">yaz</a></p>';
  id = await makeCampaign(world, emailBody(world, groupId, { html, trackOpens: true, trackClicks: true }));
  await world.drain();
  clock.advance({ minutes: 20 });
  const [a, b, c] = await Promise.all(addresses.slice(0, 3).map(linksOf));
  expect(await visit(a!.links[0]!, BROWSER)).toBe(302);
  expect(await visit(a!.links[0]!, BROWSER)).toBe(302);
  expect(await visit(b!.open, BROWSER)).toBe(200);
  expect(await visit(c!.open, SCANNER)).toBe(200);
  expect(await visit(c!.links[1]!, SCANNER)).toBe(302);
  clock.advance({ hours: 2 });
  expect(await visit(b!.unsubscribe, { ...BROWSER, accept: 'text/html' })).toBe(200);
  await vi.waitFor(async () => {
    const [kept] = await ctx.db.execute<{ count: number }>(sql`select count(*)::int as count from email_hits`);
    expect(kept!.count).toBe(5);
  });
  await world.drain();
});

const read = async (query = '') => (await acme.call('GET', `/v1/campaigns/${id}/email-figures${query}`)).json();
const none = { people: 0, machines: 0 };

describe('GET /v1/campaigns/{id}/email-figures', () => {
  it('200: each recipient once; machines apart; what carriers and people did', async () => {
    expect(await read()).toMatchObject({
      campaignId: id,
      recipients: 7,
      sent: 7,
      delivered: 5,
      bounced: { hard: 1, soft: 1 },
      complained: 1,
      opened: { people: 2, machines: 1 },
      clicked: { people: 1, machines: 1 },
      unsubscribed: 1,
      tracking: { opens: true, clicks: true },
    });
  });

  it('200: by domain, largest first; by subject; by link', async () => {
    const { domains, subjects, links } = await read();
    expect(domains.map(({ domain, recipients }: Record<string, unknown>) => [domain, recipients])).toEqual([
      ['gmail.example', 3],
      ['x.example', 2],
      ['y.example', 2],
    ]);
    expect(domains[0]).toMatchObject({ delivered: 3, opened: { people: 2, machines: 1 }, unsubscribed: 1 });
    expect(domains[1]).toMatchObject({ delivered: 1, bounced: { hard: 1, soft: 0 }, opened: none });
    expect(subjects).toMatchObject([{ subject: 'Merhaba {{ firstName }}', recipients: 7, sent: 7 }]);
    expect(links).toEqual([
      { number: 1, url: 'https://cinar.example/bahar', clicks: 2, recipients: 1, byMachines: 0 },
      { number: 2, url: 'https://cinar.example/yaz', clicks: 0, recipients: 0, byMachines: 1 },
    ]);
  });

  it('200: over time, by the hour or the day of the sender', async () => {
    const { timeline } = await read();
    expect(timeline).toMatchObject({ bucket: 'hour', timeZone: 'Europe/Istanbul' });
    expect(
      timeline.points.map(({ at, sent, opened, unsubscribed }: Record<string, unknown>) => [
        at,
        sent,
        opened,
        unsubscribed,
      ]),
    ).toEqual([
      ['2026-03-02T09:00:00.000Z', 7, 2, 0],
      ['2026-03-02T11:00:00.000Z', 0, 0, 1],
    ]);
    const daily = (await read('?bucket=day')).timeline;
    expect(daily.points).toMatchObject([
      { at: '2026-03-01T21:00:00.000Z', sent: 7, opened: 2, clicked: 1, bounced: 2 },
    ]);
  });

  it('404: of another organization; 400: a bucket that is none', async () => {
    expect((await globex.call('GET', `/v1/campaigns/${id}/email-figures`)).status).toBe(404);
    expect((await globex.call('GET', `/v1/campaigns/${id}/recipients.csv`)).status).toBe(404);
    expect((await acme.call('GET', `/v1/campaigns/${id}/email-figures?bucket=year`)).status).toBe(400);
  });
});

it('GET /v1/campaigns/{id}/recipients.csv 200: a line each, in the order of sending, harmless in a spreadsheet', async () => {
  const response = await acme.call('GET', `/v1/campaigns/${id}/recipients.csv`);
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="recipients-${id}.csv"`);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  const [head, ...lines] = bytes.subarray(3).toString().trimEnd().split('\r\n');
  expect(head).toBe(
    'position,name,address,status,statusReason,errorCode,sentAt,deliveredAt,openedAt,clickedAt,bouncedAt,complainedAt,unsubscribedAt,repliedAt',
  );
  expect(lines.map((line) => line.split(',')[0])).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  const lineOf = (address: string) => lines.find((line) => line.includes(address))!;
  expect(lineOf('d@x')).toContain(`,"'=HYPERLINK(""x"")",d@x.example,delivered,`);
  expect(lineOf('bounce@')).toMatch(/,failed,bounced,5\.1\.1[^,]*,2026-03-02T09:00:00Z,/);
  expect(lineOf('b@gmail')).toMatch(
    /,read,,,2026-03-02T09:00:00Z,[^,]+,2026-03-02T09:20:00Z,,,,2026-03-02T11:20:00Z,$/,
  );
  const head_ = await acme.call('HEAD', `/v1/campaigns/${id}/recipients.csv`);
  expect([head_.status, await head_.text()]).toEqual([200, '']);
});
