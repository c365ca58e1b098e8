import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireOwner } from '#src/accounts/require-owner.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appointmentSettings } from '#src/db/schema/appointment-notices.ts';
import { invalid } from '#src/platform/problem.ts';
import { type AppointmentSettings, readAppointmentSettings } from './read-appointment-settings.ts';

/** Undefined: stays as it is. */
export type AppointmentSettingsChange = { [K in keyof AppointmentSettings]?: AppointmentSettings[K] | undefined };

/** How the organization's appointments are spoken of from now on; what is planned already keeps its time, but nobody is woken by it. Owner only. */
export const changeAppointmentSettings = (
  ctx: OrgContext,
  change: AppointmentSettingsChange,
): Promise<AppointmentSettings> =>
  inTransaction(ctx, async (ctx) => {
    requireOwner(ctx);
    const { organizationId } = ctx;
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    await ctx.db.insert(appointmentSettings).values({ organizationId }).onConflictDoNothing();
    const before = await readAppointmentSettings(ctx, organizationId);
    const settings = { ...before, ...given };
    if (settings.remindFromMinute >= settings.remindUntilMinute)
      throw invalid('reminders.until', { en: 'Must be later than `from`', tr: '`from` değerinden sonra olmalı' });
    const { mailCustomers, remindFromMinute, remindUntilMinute } = settings;
    const set = { mailCustomers, remindFromMinute, remindUntilMinute, updatedAt: ctx.clock.now() };
    await ctx.db
      .insert(appointmentSettings)
      .values({ organizationId, ...set })
      .onConflictDoUpdate({ target: appointmentSettings.organizationId, set });
    await recordActivity(ctx, {
      verb: 'appointments.change-settings',
      subjectType: 'organization',
      subjectId: organizationId,
      changes: changesOf(before, settings, ['mailCustomers', 'remindFromMinute', 'remindUntilMinute']),
    });
    return settings;
  });
