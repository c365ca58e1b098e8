import { z } from '@hono/zod-openapi';
import type { RenderedMail } from '#src/emails/render-mail.ts';
import type { TestOutcome } from '#src/emails/send-test-mail.ts';
import type { Language } from '#src/platform/language.ts';
import { Id } from '#src/platform/schemas.ts';
import { emailFields } from './email-schemas.ts';
import type { Mail } from './read-mail.ts';
import { TemplateIdIn } from './schemas.ts';

const forWhom = { description: 'Whose values fill it; left out: the caller himself' };
const CustomerId = Id.optional().openapi(forWhom);
const { trackOpens: _opens, trackClicks: _clicks, ...words } = emailFields;

export const MailDraftIn = z
  .strictObject({ ...words, templateId: TemplateIdIn, customerId: CustomerId })
  .openapi('MailDraft', { description: 'What of a campaign’s body makes its mail' });
export const MailPreviewQuery = z.strictObject({ customerId: CustomerId });
export const TestMailIn = z.strictObject({ customerId: CustomerId }).openapi('TestMailIn');

export const MailPreviewOut = z
  .object({
    from: z.object({ id: Id, name: z.string(), email: z.string(), replyTo: z.string().nullable() }),
    subject: z.string(),
    otherSubject: z.string().nullable().openapi({ description: 'Of a subject test' }),
    preheader: z.string().nullable(),
    html: z.string().openapi({ description: 'Somebody else’s HTML: show it in a sandboxed frame' }),
    text: z.string(),
    links: z.array(z.string()).openapi({ description: 'Where its links lead' }),
    sizeBytes: z.int(),
    warnings: z.array(z.object({ code: z.string(), detail: z.string() })),
  })
  .openapi('MailPreview');

export const presentPreview = (
  { content, identity }: Mail,
  rendered: RenderedMail,
  language: Language,
): z.input<typeof MailPreviewOut> => ({
  ...rendered,
  from: { id: identity.id, name: identity.fromName, email: identity.fromEmail, replyTo: identity.replyTo },
  links: content.links,
  sizeBytes: content.sizeBytes,
  warnings: content.warnings.map(({ code, detail }) => ({ code, detail: detail[language] })),
});

export const TestMailOut = z
  .object({
    address: z.string(),
    subject: z.string(),
    status: z.enum(['sent', 'failed', 'unknown']),
    reason: z.string().nullable(),
    code: z.string().nullable().openapi({ description: 'What the server said' }),
  })
  .openapi('TestMail');

export const presentTestMail = (outcome: TestOutcome): z.input<typeof TestMailOut> => outcome;
