import { type FieldError, Problem } from '#src/platform/problem.ts';
import type { TemplateChannel } from './template.ts';

const ofMail = ['subject', 'preheader', 'html', 'mjml', 'layout'];
const foreign: Record<TemplateChannel, { fields: string[]; en: string; tr: string }> = {
  whatsapp: { fields: ofMail, en: 'Only in email templates', tr: 'Yalnızca e-posta şablonlarında' },
  sms: { fields: [...ofMail, 'mediaIds'], en: 'Not in SMS templates', tr: 'SMS şablonlarında olmaz' },
  email: { fields: ['text', 'mediaIds'], en: 'Not in email templates', tr: 'E-posta şablonlarında olmaz' },
};

/** Throws a 400 that names every field given although the channel has none of it. */
export function refuseFields(input: Record<string, unknown>, channel: TemplateChannel): void {
  const { fields, ...message } = foreign[channel];
  const errors: FieldError[] = fields
    .filter((path) => input[path] !== undefined && input[path] !== null && !isEmpty(input[path]))
    .map((path) => ({ path, message }));
  if (errors.length > 0) throw new Problem('invalid-request', { errors });
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
