import { expect, it } from 'vitest';
import { createWorld } from '#test/support/world.ts';

it('200: what the sandbox kept, as JSON and as a page in both languages that runs and loads nothing; 404 where SMS are real', async () => {
  await using world = await createWorld();
  const empty = await (await world.call('GET', '/sandbox/sms', undefined, { accept: 'text/html' })).text();
  expect(empty).toContain('No SMS yet');
  for (const [phone, text] of [
    ['0532 111 22 33', 'Merhaba <b>Ayşe</b> & co'],
    ['0532 111 04 10', 'iletilemeyecek'],
  ]) {
    await world.acme.call('POST', '/v1/sms', { phone, text });
    await world.drain();
  }
  const { data } = await (await world.call('GET', '/sandbox/sms')).json();
  expect(data).toMatchObject([
    { phone: '+905321110410', fate: 'failed', segments: 1 },
    { phone: '+905321112233', text: 'Merhaba <b>Ayşe</b> & co', encoding: 'gsm7-turkish', fate: 'delivered' },
  ]);
  const headers = { accept: 'text/html', 'accept-language': 'tr' };
  const page = await world.call('GET', '/sandbox/sms?search=Ayşe', undefined, headers);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await page.text();
  expect(html).toContain('<html lang="tr">');
  expect(html).toContain('Merhaba &lt;b&gt;Ayşe&lt;/b&gt; &amp; co');
  expect(html).toContain('02.03.2026 09:00 UTC');
  expect(html).not.toContain('+905321110410');
  const one = await (await world.call('GET', '/sandbox/sms?limit=1')).json();
  const older = await (await world.call('GET', `/sandbox/sms?limit=1&cursor=${one.nextCursor}`)).json();
  expect([...one.data, ...older.data].map(({ phone }: { phone: string }) => phone)).toEqual(
    data.map(({ phone }: { phone: string }) => phone),
  );
  await using real = await createWorld({ env: { SMS_REGION: 'eu-central-1', SMS_SENDER: 'ULAK' } });
  expect((await real.call('GET', '/sandbox/sms')).status).toBe(404);
});
