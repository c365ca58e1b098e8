import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { variablesOf } from '#src/customers/variables-sql.ts';
import { compileContent } from '#src/emails/compile-content.ts';
import type { MailPurpose, Sender } from '#src/emails/footer.ts';
import { type RenderedMail, renderMail } from '#src/emails/render-mail.ts';
import {
  type CampaignVariable,
  parsePersonalised,
  renderPersonalised,
  type Variables,
} from '#src/personalisation/personalisation.ts';
import { newId } from '#src/platform/ids.ts';
import type { Language } from '#src/platform/language.ts';
import { invalid } from '#src/platform/problem.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { type AppointmentFacts, appointmentValues } from './appointment-values.ts';
import { freezeContent, type TemplateContent } from './freeze-content.ts';
import { readOrganizationValues } from './organization-values.ts';
import { findTemplate, type TemplateView } from './queries.ts';
import { readSender } from './read-sender.ts';
import {
  isAboutAppointments,
  needsAppointment,
  type TemplateChannel,
  type TemplateRef,
  textLimits,
} from './template.ts';

export type CustomerValues = Partial<Record<CampaignVariable, string | null | undefined>>;

/** What of a template is asked for, and for whom. */
export type TemplateRequest = {
  templateId: string;
  /** Given: another channel's template is refused. */
  channel?: TemplateChannel | undefined;
  /** A customer of the organization, or somebody's values. Neither: nothing is known of the person, and fallbacks stand. */
  customerId?: string | undefined;
  customer?: CustomerValues | undefined;
  appointment?: AppointmentFacts | undefined;
  /** Who stands below a mail; left out: the newest sending identity. */
  sender?: Sender | undefined;
  /** Of a mail: what stands below it. Marketing unless told. */
  purpose?: MailPurpose | undefined;
  /** It is sent to this address, and not only looked at. */
  sentTo?: string | undefined;
};

/** A template filled in for one person. */
export type RenderedTemplate = {
  template: TemplateRef;
  channel: TemplateChannel;
  language: Language;
  /** WhatsApp and SMS. */
  text: string | null;
  mediaIds: string[];
  /** Email. */
  mail: RenderedMail | null;
};

/**
 * Fills in the version of a template that is in force. The same person gets the same alternatives of it. Throws a 400 at `templateId`
 * or `customerId` for what is not there, of another channel, too long, or about an appointment where there is none.
 */
export async function renderTemplate(ctx: OrgContext, request: TemplateRequest): Promise<RenderedTemplate> {
  const view = await findTemplate(ctx, request.templateId);
  if (!view) throw invalid('templateId', { en: 'No such template', tr: 'Böyle bir şablon yok' });
  return renderView(ctx, view, request);
}

/** The same of a template that has been read. */
export async function renderView(
  ctx: OrgContext,
  { template, version, source }: TemplateView,
  request: Omit<TemplateRequest, 'templateId'>,
): Promise<RenderedTemplate> {
  const { id, channel, language, category } = template;
  requireUse(version.variables, template.channel, request);
  if (request.purpose === 'appointment' && !isAboutAppointments(category))
    throw invalid('templateId', {
      en: 'Not a template for reminding of or confirming appointments',
      tr: 'Randevu hatırlatması ya da onayı için bir şablon değil',
    });
  const customer = await readCustomerValues(ctx, request);
  const known = { ...(await readOrganizationValues(ctx)), ...(await readAppointment(ctx, language, request)) };
  const content = freezeContent({ category, ...version, source }, known);
  const isMail = channel === 'email';
  return {
    template: { id, version: template.version },
    channel,
    language,
    text: isMail
      ? null
      : fillText(content.text, { channel, language, customer, seed: `${id}:${request.customerId ?? ''}` }),
    mediaIds: version.mediaIds,
    mail: isMail ? await fillMail(ctx, content, { language, customer }, request) : null,
  };
}

function requireUse(
  variables: readonly string[],
  channel: TemplateChannel,
  { channel: wanted = channel, appointment }: Omit<TemplateRequest, 'templateId'>,
): void {
  if (wanted !== channel)
    throw invalid('templateId', {
      en: `This template is for ${channel}, not for ${wanted}`,
      tr: `Bu şablon ${wanted} için değil, ${channel} için`,
    });
  const [missing] = appointment ? [] : needsAppointment(variables);
  if (missing)
    throw invalid('templateId', {
      en: `This template says ${missing}: only a message about an appointment can`,
      tr: `Bu şablonda ${missing} var: yalnızca bir randevuyla ilgili mesajlarda kullanılabilir`,
    });
}

async function readCustomerValues(
  ctx: OrgContext,
  { customerId, customer = {} }: Pick<TemplateRequest, 'customerId' | 'customer'>,
): Promise<Variables> {
  if (customerId === undefined) return customer;
  const [row] = await ctx.db.execute<{ variables: Record<string, string> }>(sql`
    select ${variablesOf()} as variables from customers a
    where a.id = ${customerId} and a.organization_id = ${ctx.organizationId} and a.deleted_at is null`);
  if (!row) throw invalid('customerId', { en: 'No such customer', tr: 'Böyle bir müşteri yok' });
  return row.variables;
}

async function readAppointment(
  ctx: OrgContext,
  language: Language,
  { appointment }: Pick<TemplateRequest, 'appointment'>,
): Promise<Record<string, string | null>> {
  if (!appointment) return {};
  const timeZone = appointment.timeZone ?? (await readSendingRules(ctx, ctx.userId)).timeZone;
  return appointmentValues(appointment, { language, timeZone });
}

type Filling = { channel: 'whatsapp' | 'sms'; language: Language; customer: Variables; seed: string };

function fillText(text: string | null, { channel, language, customer, seed }: Filling): string | null {
  if (text === null) return null;
  const parsed = parsePersonalised(text);
  if (!parsed.ok) throw invalid('templateId', parsed.error);
  const filled = renderPersonalised(parsed.template, customer, language, seed);
  if (filled.length <= textLimits[channel]) return filled;
  throw invalid('templateId', {
    en: `At most ${textLimits[channel]} characters; filled in it has ${filled.length}`,
    tr: `En çok ${textLimits[channel]} karakter; doldurulduğunda ${filled.length} karakter oluyor`,
  });
}

async function fillMail(
  ctx: OrgContext,
  { subject, preheader, source }: TemplateContent,
  { language, customer }: { language: Language; customer: Variables },
  { sender, purpose, sentTo }: Pick<TemplateRequest, 'sender' | 'purpose' | 'sentTo'>,
): Promise<RenderedMail> {
  const identity = sender ?? (await readSender(ctx));
  const compiled = await compileContent(ctx, source!, { subject: subject!, preheader, language, identity, purpose });
  const addressee = {
    recipientId: newId(),
    address: sentTo ?? '',
    name: customer['fullName'] ?? '',
    variables: customer,
  };
  return renderMail(ctx, compiled, addressee, sentTo === undefined ? null : ctx.organizationId);
}
