import { eq, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Pacing } from '#src/db/schema/accounts.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { platformSettings } from '#src/db/schema/platform.ts';
import type { Language } from '#src/platform/language.ts';
import { delayFloorOf } from '#src/settings/delay-floor.ts';
import { settingsOf } from '#src/settings/platform-settings.ts';
import { lessClosingBuffer, pacingOf } from './pacing.ts';
import { intersectWindows, type SendingWindow } from './sending-window.ts';
import { defaultSettings } from './settings.ts';
import { isKnownZone } from './time-zone.ts';

export type SendingRules = {
  /** The user's own window cut to the platform's: it may never open (no days). */
  window: SendingWindow;
  /** The same less its closing buffer: when a message may be begun. */
  startWindow: SendingWindow;
  delayMinSeconds: number;
  delayMaxSeconds: number;
  /** No delay is shorter, whoever says so. */
  delayFloorSeconds: number;
  dailyCap: number | null;
  pacing: Pacing;
  /** Whether numbers never written to are looked up first. */
  checkNumbers: boolean;
  timeZone: string;
  locale: Language;
};

/** How and when a user's messages may go out, as of now: his settings inside the platform's limits. */
export async function readSendingRules(ctx: AppContext, userId: string): Promise<SendingRules> {
  const [row] = await ctx.db
    .select({ own: userSettings, platform: platformSettings })
    .from(sql`(select 1) as one`)
    .leftJoin(userSettings, eq(userSettings.userId, userId))
    .leftJoin(platformSettings, eq(platformSettings.id, 1));
  return sendingRulesOf(ctx, row ?? {});
}

export type SettingsRows = {
  own?: typeof userSettings.$inferSelect | null;
  platform?: typeof platformSettings.$inferSelect | null;
};

/** The rules from rows that another query has read along. */
export function sendingRulesOf(ctx: AppContext, rows: SettingsRows): SendingRules {
  const own = shutIfLost(rows.own ?? defaultSettings);
  const platform = settingsOf(rows.platform);
  const delayFloorSeconds = delayFloorOf(ctx, platform);
  const delayMinSeconds = Math.max(own.delayMinSeconds, delayFloorSeconds);
  const pacing = pacingOf(own.pacing, ctx.config.evolution === null);
  const window = intersectWindows(
    {
      startMinute: own.windowStartMinute,
      endMinute: own.windowEndMinute,
      days: own.windowDays,
      timeZone: own.timeZone,
    },
    toWindow(platform),
  );
  return {
    window,
    startWindow: lessClosingBuffer(window, pacing.closingBufferSeconds),
    delayMinSeconds,
    delayMaxSeconds: Math.max(own.delayMaxSeconds, delayMinSeconds),
    delayFloorSeconds,
    dailyCap: own.dailyCap,
    pacing,
    checkNumbers: platform.checkNumbers,
    timeZone: own.timeZone,
    locale: own.locale,
  };
}

/** In a zone that the machine does not know (any more) nobody can tell day from night: its window never opens. */
const shutIfLost = <S extends Pick<typeof userSettings.$inferSelect, 'timeZone' | 'windowDays'>>(settings: S): S =>
  isKnownZone(settings.timeZone) ? settings : { ...settings, timeZone: 'UTC', windowDays: [] };

const toWindow = (row: { windowStartMinute: number; windowEndMinute: number; windowDays: number[] }) => ({
  startMinute: row.windowStartMinute,
  endMinute: row.windowEndMinute,
  days: row.windowDays,
});
