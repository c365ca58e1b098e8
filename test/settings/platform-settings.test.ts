import { expect, it } from 'vitest';
import { delayFloorOf } from '#src/settings/delay-floor.ts';
import { defaultPlatformSettings, settingsOf } from '#src/settings/platform-settings.ts';

it('nothing stored: everything is on, and as the defaults say', () => {
  expect(settingsOf(null)).toBe(defaultPlatformSettings);
  expect(Object.values(settingsOf(undefined).features)).not.toContain(false);
});

it('what is stored lies over the defaults, group by group', () => {
  const { updatedAt: _, ...rest } = defaultPlatformSettings;
  const row = { ...rest, id: 1, features: { sms: false }, retention: { liveEventsHours: 5 }, updatedAt: new Date(0) };
  const settings = settingsOf(row);
  expect(settings.features).toMatchObject({ sms: false, whatsapp: true });
  expect(settings.retention).toMatchObject({ liveEventsHours: 5, inboundWebhooksDays: 7 });
});

it('of two delay floors the stricter one holds', () => {
  const floor = (configured: number, set: number | null) =>
    delayFloorOf({ config: { sendDelayFloorSeconds: configured } as never }, { delayFloorSeconds: set });
  expect([floor(3, null), floor(3, 5), floor(6, 5)]).toEqual([3, 5, 6]);
});
