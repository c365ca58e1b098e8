import { inTransaction, type OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { changeAppointment } from './change-appointment.ts';
import { requireAppointment } from './queries.ts';

/** Moves an appointment to the time that its customer has asked for: he need not be asked again. Throws `conflict` where he asked for none. */
export const acceptProposal = (ctx: OrgContext, id: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const { proposedStartAt, proposedEndAt, version } = await requireAppointment(ctx, id);
    if (!proposedStartAt || !proposedEndAt)
      throw new Problem('conflict', {
        detail: { en: 'The customer has not asked for another time', tr: 'Müşteri başka bir zaman istemedi' },
      });
    await changeAppointment(ctx, id, { startsAt: proposedStartAt, endsAt: proposedEndAt, version });
  });
