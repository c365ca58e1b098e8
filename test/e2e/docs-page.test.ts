import { describe, expect, it } from 'vitest';
import { createApp } from '#src/app.ts';
import { startHttpServer } from '#src/platform/http-server.ts';
import { hasBrowser, openBrowser } from '#test/support/browser.ts';
import { createWorld } from '#test/support/world.ts';

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
      const { paths } = (await (await world.call('GET', '/openapi.json')).json()) as { paths: Record<string, object> };
      const routes = Object.values(paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
      expect(await page.locator('.opblock').count()).toBe(routes);
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
