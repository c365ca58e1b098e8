import { and, eq, gt, gte, isNull, or, sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appointments } from '#src/db/schema/appointments.ts';
import { announceChange } from './announce-change.ts';
import type { Scope } from './appointment.ts';
import { endSeries } from './change-status.ts';
import { requireAppointment } from './queries.ts';

/** Takes an appointment away that should not have been booked; of a series, with those to come that `scope` names. */
export const deleteAppointment = (ctx: OrgContext, id: string, scope: Scope = 'this'): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const before = await requireAppointment(ctx, id, true);
    const { seriesId, occurrenceAt } = before;
    const wide = seriesId !== null && scope !== 'this';
    const now = ctx.clock.now();
    const others = wide
      ? and(
          eq(appointments.seriesId, seriesId),
          gt(appointments.startsAt, now),
          scope === 'all' ? undefined : gte(appointments.occurrenceAt, occurrenceAt!),
        )
      : undefined;
    const gone = await ctx.db
      .update(appointments)
      .set({ deletedAt: now, updatedAt: now, version: sql`${appointments.version} + 1` })
      .where(
        and(
          eq(appointments.organizationId, ctx.organizationId),
          isNull(appointments.deletedAt),
          or(eq(appointments.id, id), others),
        ),
      )
      .returning();
    if (wide) await endSeries(ctx, before, scope);
    await announceChange(ctx, {
      verb: 'appointments.delete',
      event: 'deleted',
      appointments: gone.sort((a, b) => Number(b.id === id) - Number(a.id === id)),
      scope: wide ? scope : undefined,
    });
  });
