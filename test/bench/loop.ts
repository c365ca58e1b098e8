import { createApiKey } from '#src/accounts/create-api-key.ts';
import { scopes } from '#src/accounts/scopes.ts';
import { newId } from '#src/platform/ids.ts';
import type { Ground, Site } from './ground.ts';
import type { Section } from './measure.ts';
import { createSenders, type Sender } from './populate.ts';

export type LoopSize = { customers: number; sections: number };

/** `body` as it is sent. */
type Heavy = { what: string; method: 'GET' | 'POST'; path: string; body?: string; type?: string };

const TICK_MS = 2;
const REPETITIONS = 2;

/** How long one heavy request keeps all others waiting, while others ask for lists; the baseline is those others alone. */
export async function benchLoop(ground: Ground, size: LoopSize): Promise<Section> {
  await using site = await ground.open();
  const [sender] = (await createSenders(site.ctx, 1, size.customers)) as [Sender];
  const owner = { ...sender.ctx, role: 'owner' as const };
  const { key } = await createApiKey(owner, { name: 'bench', scopes: [...scopes], expiresAt: null });
  const ask = (heavy: Heavy) => send(site, key, heavy);
  const list: Heavy = { what: 'lists', method: 'GET', path: '/v1/customers?limit=200' };
  for (let i = 0; i < 20; i++) await ask(list);
  const alone = await longestBlock(async () => void (await underLoad(() => ask(list), list, ask)));
  const baseline = { what: 'the lists alone', values: [alone.blockedMs] };
  const figures = [];
  const rounds = Array.from({ length: REPETITIONS }, () => heavies(size));
  for (const [i, { what }] of rounds[0]!.entries()) {
    const values: number[] = [];
    let status = 0;
    for (const round of rounds) {
      const { blockedMs, result } = await longestBlock(() => underLoad(() => ask(round[i]!), list, ask));
      values.push(blockedMs);
      status = result;
    }
    figures.push({ what: `${what} (${status})`, unit: 'ms', values, baseline });
  }
  return {
    title: 'Event loop: the longest block by a heavy request, while lists of 200 are asked for',
    figures,
    notes: ['The first value is of the first such request of the process. Whoever asks is in the same process.'],
  };
}

/** Others ask meanwhile, one after the other. */
async function underLoad(
  run: () => Promise<number>,
  list: Heavy,
  ask: (heavy: Heavy) => Promise<number>,
): Promise<number> {
  let done = false;
  const others = (async () => {
    while (!done) await ask(list);
  })();
  const status = await run().finally(() => {
    done = true;
  });
  await others;
  return status;
}

async function longestBlock<T>(work: () => Promise<T>): Promise<{ blockedMs: number; result: T }> {
  let last = performance.now();
  let blockedMs = 0;
  const tick = () => {
    const now = performance.now();
    blockedMs = Math.max(blockedMs, now - last - TICK_MS);
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  const result = await work();
  tick();
  clearInterval(timer);
  return { blockedMs, result };
}

async function send(
  site: Site,
  key: string,
  { method, path, body, type = 'application/json' }: Heavy,
): Promise<number> {
  const headers = { 'x-api-key': key, ...(body !== undefined && { 'content-type': type }) };
  const response = await fetch(new URL(path, site.url), { method, headers, ...(body !== undefined && { body }) });
  for await (const _ of response.body ?? []);
  return response.status;
}

function heavies({ sections, customers }: LoopSize): Heavy[] {
  const post = (what: string, path: string, body: object): Heavy => ({
    what,
    method: 'POST',
    path,
    body: JSON.stringify(body),
  });
  const mail = (name: string, content: object) =>
    post(`an email template: ${name}`, '/v1/templates', {
      name: newId(),
      channel: 'email',
      language: 'tr',
      category: 'other',
      subject: 'Merhaba {{ firstName }}',
      ...content,
    });
  const section = '<mj-section><mj-column><mj-text>{{ firstName }} Merhaba</mj-text></mj-column></mj-section>';
  const deep = (levels: number): object =>
    levels === 0
      ? { field: 'search', value: 'musteri' }
      : { and: [{ not: { field: 'tag', op: 'any', value: ['vip'] } }, deep(levels - 1)] };
  const rows = Array.from({ length: customers }, (_, i) => `Ayşe ${i};+90533${1_000_000 + i};a${i}@example.com`);
  return [
    { what: 'the OpenAPI document', method: 'GET', path: '/openapi.json' },
    mail(`MJML of ${sections} sections`, {
      mjml: `<mjml><mj-body>${section.repeat(sections)}</mj-body></mjml>`,
    }),
    mail('190 kB of HTML with links', { html: '<a href="https://example.com/x">l</a> '.repeat(5000) }),
    mail('a layout', { layout: { name: 'newsletter', title: 'Bahar', text: 'Merhaba '.repeat(2000) } }),
    post('a filter of eight levels', '/v1/customers/search', { filter: deep(4), search: 'musteri', limit: 200 }),
    post('10,000 ids', `/v1/groups/${newId()}/customers`, { customerIds: Array.from({ length: 10_000 }, newId) }),
    post('a JSON body of 1 MiB', '/v1/customers', { note: 'ğ'.repeat(500_000) }),
    { ...post('deep JSON', '/v1/customers', {}), body: '['.repeat(5000) + ']'.repeat(5000) },
    {
      what: `CSV of ${customers} rows to look at`,
      method: 'POST',
      path: '/v1/imports/preview',
      body: `Ad;Telefon;E-posta\r\n${rows.join('\r\n')}`,
      type: 'text/csv',
    },
    { what: 'activities as CSV', method: 'GET', path: '/v1/activities.csv' },
    { what: 'a report as PDF', method: 'GET', path: '/v1/reports/monthly?month=2026-02&format=pdf' },
  ];
}
