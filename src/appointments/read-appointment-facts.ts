import { and, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { AppContext } from '#src/context.ts';
import { organizations, userSettings, users } from '#src/db/schema/accounts.ts';
import { appointments } from '#src/db/schema/appointments.ts';
import { customers } from '#src/db/schema/customers.ts';
import { type Language, languages } from '#src/platform/language.ts';

export type Appointment = typeof appointments.$inferSelect;
/** An appointment and whoever has to do with it, as they are now. */
export type AppointmentFacts = {
  appointment: Appointment;
  customer: { id: string; name: string; firstName: string; phone: string | null; email: string | null };
  /** Of the customer, else of the organization. */
  language: Language;
  consultant: { id: string; name: string; email: string } | null;
  organization: { name: string; phone: string | null; address: string | null };
  owner: { id: string; email: string } | null;
};

const consultants = alias(users, 'consultants');
const owners = alias(users, 'owners');
const firstOwner = sql`(
  select m.user_id from members m where m.organization_id = ${appointments.organizationId} and m.role = 'owner'
  order by m.created_at, m.user_id limit 1)`;

/** `lock`: it stays as it is until the transaction ends. Null: there is none, or it (unless asked for) or its customer was deleted. */
export async function readAppointmentFacts(
  ctx: AppContext,
  appointmentId: string,
  { lock = false, deleted = false }: { lock?: boolean; deleted?: boolean } = {},
): Promise<AppointmentFacts | null> {
  const query = ctx.db
    .select({
      appointment: appointments,
      customer: customers,
      consultant: { id: consultants.id, name: consultants.name, email: consultants.email },
      organization: { name: organizations.name, phone: organizations.phone, address: organizations.address },
      owner: { id: owners.id, email: owners.email },
      locale: userSettings.locale,
    })
    .from(appointments)
    .innerJoin(customers, eq(customers.id, appointments.customerId))
    .innerJoin(organizations, eq(organizations.id, appointments.organizationId))
    .leftJoin(consultants, eq(consultants.id, appointments.consultantId))
    .leftJoin(owners, eq(owners.id, firstOwner))
    .leftJoin(userSettings, eq(userSettings.userId, owners.id))
    .where(
      and(
        eq(appointments.id, appointmentId),
        deleted ? undefined : sql`${appointments.deletedAt} is null`,
        sql`${customers.deletedAt} is null`,
      ),
    );
  const [row] = lock ? await query.for('share', { of: appointments }) : await query;
  if (!row) return null;
  const { id, firstName, lastName, phone, email, language } = row.customer;
  return {
    appointment: row.appointment,
    customer: { id, firstName, name: [firstName, lastName].filter(Boolean).join(' '), phone, email },
    language: languages.find((one) => one === language) ?? (language === null ? (row.locale ?? 'tr') : 'en'),
    consultant: row.consultant,
    organization: row.organization,
    owner: row.owner,
  };
}
