import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { userSettings } from '#src/db/schema/accounts.ts';
import { changePlatformSettings } from '#src/operations/change-platform-settings.ts';
import { newId } from '#src/platform/ids.ts';
import { defaultPacing, sandboxPacing } from '#src/windows/pacing.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { nextOpening } from '#src/windows/sending-window.ts';
import { createWorld, type World } from '#test/support/world.ts';

const week = [1, 2, 3, 4, 5, 6, 7];
const set = (world: World, change: Partial<typeof userSettings.$inferInsert>) =>
  world.ctx.db.update(userSettings).set(change).where(eq(userSettings.userId, world.acme.userId));

describe('readSendingRules', () => {
  it('gives the user’s own settings', async () => {
    await using world = await createWorld();
    await set(world, {
      timeZone: 'Asia/Kathmandu',
      locale: 'en',
      windowStartMinute: 600,
      windowDays: [1, 5],
      delayMinSeconds: 4,
      delayMaxSeconds: 9,
      dailyCap: 30,
    });
    expect(await readSendingRules(world.ctx, world.acme.userId)).toEqual({
      window: { startMinute: 600, endMinute: 1320, days: [1, 5], timeZone: 'Asia/Kathmandu' },
      startWindow: { startMinute: 600, endMinute: 1320, days: [1, 5], timeZone: 'Asia/Kathmandu' },
      pacing: sandboxPacing,
      checkNumbers: true,
      delayFloorSeconds: 0,
      delayMinSeconds: 4,
      delayMaxSeconds: 9,
      dailyCap: 30,
      timeZone: 'Asia/Kathmandu',
      locale: 'en',
    });
  });

  it('cuts the window to the platform’s from the moment that is changed', async () => {
    await using world = await createWorld();
    await changePlatformSettings(world.admin.ctx, {
      windowStartMinute: 720,
      windowEndMinute: 1440,
      windowDays: [1, 2],
    });
    const { window } = await readSendingRules(world.ctx, world.acme.userId);
    expect(window).toEqual({ startMinute: 720, endMinute: 1320, days: [1, 2], timeZone: 'Europe/Istanbul' });
  });

  it('never opens where user and platform have nothing in common', async () => {
    await using world = await createWorld();
    await set(world, { windowEndMinute: 600 });
    await changePlatformSettings(world.admin.ctx, { windowStartMinute: 720 });
    const { window } = await readSendingRules(world.ctx, world.acme.userId);
    expect(nextOpening(window, world.clock.now())).toBeNull();
  });

  it('lifts the delay to a floor that was raised later', async () => {
    await using world = await createWorld({ env: { SEND_DELAY_FLOOR_SECONDS: '5' } });
    await set(world, { delayMinSeconds: 1, delayMaxSeconds: 2 });
    expect(await readSendingRules(world.ctx, world.acme.userId)).toMatchObject({
      delayMinSeconds: 5,
      delayMaxSeconds: 5,
    });
  });

  it('paces a real number gently, and ends a minute before the window does', async () => {
    const env = { EVOLUTION_URL: 'http://evolution.example', EVOLUTION_API_KEY: 'k', AUTH_SECRET: 'x'.repeat(40) };
    await using world = await createWorld({ env });
    await set(world, { pacing: { hourlyCap: 30 } });
    expect(await readSendingRules(world.ctx, world.acme.userId)).toMatchObject({
      pacing: { ...defaultPacing, hourlyCap: 30 },
      window: { endMinute: 1320 },
      startWindow: { endMinute: 1319 },
    });
  });

  it('has defaults for a user who has set nothing', async () => {
    await using world = await createWorld();
    expect(await readSendingRules(world.ctx, newId())).toEqual({
      window: { startMinute: 540, endMinute: 1320, days: week, timeZone: 'Europe/Istanbul' },
      startWindow: { startMinute: 540, endMinute: 1320, days: week, timeZone: 'Europe/Istanbul' },
      pacing: sandboxPacing,
      checkNumbers: true,
      delayFloorSeconds: 0,
      delayMinSeconds: 8,
      delayMaxSeconds: 20,
      dailyCap: null,
      timeZone: 'Europe/Istanbul',
      locale: 'tr',
    });
  });
});
