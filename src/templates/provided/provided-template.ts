import type { EmailSource } from '#src/db/schema/emails.ts';
import type { TemplateCategory } from '#src/templates/template.ts';

/** A template that comes with an account, in one language. `key` is the same in the other. */
export type ProvidedText = { key: string; category: TemplateCategory; shortcut?: string; text: string };
export type ProvidedMail = {
  key: string;
  category: TemplateCategory;
  subject: string;
  preheader: string;
  source: Extract<EmailSource, { kind: 'layout' }>;
};
