import { eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { appointmentSettings } from '#src/db/schema/appointment-notices.ts';

export type AppointmentSettings = Pick<
  typeof appointmentSettings.$inferSelect,
  'mailCustomers' | 'remindFromMinute' | 'remindUntilMinute'
>;

/** What holds for an organization that has set nothing: the same as the columns' defaults. */
export const defaultAppointmentSettings: AppointmentSettings = {
  mailCustomers: true,
  remindFromMinute: 480,
  remindUntilMinute: 1320,
};

export async function readAppointmentSettings(ctx: AppContext, organizationId: string): Promise<AppointmentSettings> {
  const [row] = await ctx.db
    .select()
    .from(appointmentSettings)
    .where(eq(appointmentSettings.organizationId, organizationId));
  return row ?? defaultAppointmentSettings;
}
