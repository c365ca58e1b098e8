import type { OrgContext } from '#src/context.ts';
import { sampleAppointment } from './appointment-values.ts';
import { getTemplate } from './queries.ts';
import { type RenderedTemplate, renderView } from './render-template.ts';
import { sampleCustomer } from './sample-customer.ts';
import { isAboutAppointments } from './template.ts';

/** A template as a customer, or one made up, would see it; an appointment is always made up. Throws `not-found`, or a 400 at `customerId`. */
export async function previewTemplate(
  ctx: OrgContext,
  id: string,
  { customerId }: { customerId?: string | undefined },
): Promise<RenderedTemplate> {
  const view = await getTemplate(ctx, id);
  const { language } = view.template;
  const appointment = sampleAppointment(ctx.clock.now(), language);
  const purpose = isAboutAppointments(view.template.category) ? 'appointment' : 'marketing';
  return renderView(ctx, view, { customerId, customer: sampleCustomer[language], appointment, purpose });
}
