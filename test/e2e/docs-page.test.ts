import { describe, expect, it } from 'vitest';
import { createApp } from '#src/app.ts';
import { startHttpServer } from '#src/platform/http-server.ts';
import { hasBrowser, openBrowser } from '#test/support/browser.ts';
import { createWorld } from '#test/support/world.ts';

type Described = Record<'paths' | 'webhooks', Record<string, object>>;
const operationsOf = (paths: Record<string, object>): number =>
  Object.values(paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);

describe.skipIf(!hasBrowser)('/docs in a browser (skipped: its build is for Linux on x64)', () => {
  it('shows every route, asks nobody but us, and complains of nothing', { timeout: 120_000 }, async () => {
    await using world = await createWorld();
    const { app, close } = createApp(world.ctx, { rateLimits: false });
    const server = await startHttpServer(app.fetch, { host: '127.0.0.1', port: 0, idleGraceMs: 0 });
    const home = `http://127.0.0.1:${server.port}`;
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const [elsewhere, complaints]: [string[], string[]] = [[], []];
      page.on(
        'request',
        (request) => void (/^(data:|http:\/\/127\.0\.0\.1:)/.test(request.url()) || elsewhere.push(request.url())),
      );
      page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${home}/docs`);
      await page.waitForSelector('.opblock');
      const { paths, webhooks } = (await (await world.call('GET', '/openapi.json')).json()) as Described;
      // long lists are drawn as one comes near them
      const seen = new Set<string>();
      const look = async () => {
        for (const text of await page.locator('.opblock-summary').allTextContents()) seen.add(text);
        await page.mouse.wheel(0, 1000);
        return seen.size;
      };
      await expect.poll(look, { timeout: 60_000, interval: 20 }).toBe(operationsOf(paths) + operationsOf(webhooks));
      await page.reload();
      await page.locator('.opblock-summary', { hasText: '/healthz' }).click();
      await page.getByRole('button', { name: 'Try it out' }).click();
      await page.getByRole('button', { name: 'Execute' }).click();
      await page.locator('.live-responses-table', { hasText: '"alive"' }).waitFor();
      expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
    } finally {
      await browser.close();
      await close();
      await server.stop();
    }
  });
});
