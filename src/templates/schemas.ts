import { z } from '@hono/zod-openapi';
import { templateCategories, templateChannels, templateLanguages } from '#src/db/schema/templates.ts';
import { contentFields } from '#src/emails/content-fields.ts';
import { presentSource, sourceOutFields } from '#src/emails/present-source.ts';
import type { RenderedMail } from '#src/emails/render-mail.ts';
import type { Language } from '#src/platform/language.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantOut, PageQuery, toInstant } from '#src/platform/schemas.ts';
import type { TemplateView, VersionView } from './queries.ts';
import type { RenderedTemplate } from './render-template.ts';
import { categoryNames, describeVariables, textLimits } from './template.ts';

const Name = z
  .string()
  .transform((text) => text.normalize('NFC').replaceAll(/\s+/g, ' ').trim())
  .pipe(z.string().min(1).max(100));
const Shortcut = z
  .string()
  .trim()
  .min(1)
  .max(30)
  .regex(/^[\p{L}\p{N}_-]+$/u, bothLanguages({ en: 'Letters, digits, - and _', tr: 'Harf, rakam, - ve _ olabilir' }))
  .openapi({ description: 'What a quick reply is called by while writing; one of its kind', example: 'adres' });

const words = {
  category: z.enum(templateCategories),
  shortcut: Shortcut.nullish(),
  ...contentFields,
  text: z
    .string()
    .max(textLimits.whatsapp * 4)
    .nullish()
    .openapi({ description: 'Of WhatsApp and SMS: with variables, and alternatives `{Merhaba|Selam}`' }),
  mediaIds: z.array(Id).max(10).optional().openapi({ description: 'WhatsApp only' }),
};

export const TemplateIn = z
  .strictObject({ name: Name, channel: z.enum(templateChannels), language: z.enum(templateLanguages), ...words })
  .openapi('TemplateIn', {
    description:
      'WhatsApp: `text`, `mediaIds` or both. SMS: `text`. Email: `subject` and exactly one of `html`, `mjml` and `layout`. A name is unique among ' +
      'those of its channel and language; the same name in the other language is its translation.',
    example: {
      name: 'Randevu hatırlatma',
      channel: 'whatsapp',
      language: 'tr',
      category: 'appointment-reminder',
      text: 'Merhaba {{ firstName | default: "değerli misafirimiz" }}, randevunuz {{ appointment.startsAt }}.',
    },
  });

export const TemplateChanges = z
  .strictObject({
    name: Name.optional(),
    language: z.enum(templateLanguages).optional(),
    ...words,
    category: words.category.optional(),
  })
  .openapi('TemplateChanges', {
    description:
      'What is left out stays. `mediaIds` is the whole new list; a new `html`, `mjml` or `layout` takes the place of what there was; `text`, `preheader` ' +
      'and `shortcut` are taken away by null.',
  });

export const TemplateListQuery = PageQuery.extend({
  channel: z.enum(templateChannels).optional(),
  language: z.enum(templateLanguages).optional(),
  category: z.enum(templateCategories).optional(),
  search: z.string().trim().min(1).max(100).optional().openapi({ description: 'In name and shortcut' }),
});

const Variables = z.array(z.string()).openapi({ description: 'What it is filled with' });

export const TemplateOut = z
  .object({
    id: Id,
    name: z.string(),
    channel: z.enum(templateChannels),
    language: z.enum(templateLanguages),
    category: z.enum(templateCategories),
    categoryName: z.string(),
    shortcut: z.string().nullable(),
    provided: z.boolean().openapi({ description: 'Came with the account' }),
    version: z.int().positive(),
    subject: z.string().nullable(),
    preheader: z.string().nullable(),
    text: z.string().nullable(),
    ...sourceOutFields,
    mediaIds: z.array(Id),
    variables: Variables,
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('Template');

export const presentTemplate = (
  { template, version, source }: TemplateView,
  language: Language,
): z.input<typeof TemplateOut> => ({
  id: template.id,
  name: template.name,
  channel: template.channel,
  language: template.language,
  category: template.category,
  categoryName: categoryNames[template.category][language],
  shortcut: template.shortcut,
  provided: template.providedKey !== null,
  version: template.version,
  subject: version.subject,
  preheader: version.preheader,
  text: version.text,
  ...presentSource(source),
  mediaIds: version.mediaIds,
  variables: version.variables,
  createdAt: toInstant(template.createdAt),
  updatedAt: toInstant(template.updatedAt),
});

export const VersionOut = z
  .object({
    number: z.int().positive(),
    name: z.string(),
    language: z.enum(templateLanguages),
    category: z.enum(templateCategories),
    shortcut: z.string().nullable(),
    subject: z.string().nullable(),
    preheader: z.string().nullable(),
    text: z.string().nullable(),
    ...sourceOutFields,
    mediaIds: z.array(Id),
    variables: Variables,
    savedBy: z
      .object({ id: Id, name: z.string() })
      .nullable()
      .openapi({ description: 'Null: it came with the account' }),
    createdAt: InstantOut,
  })
  .openapi('TemplateVersion');

export const presentVersion = ({ version, author }: VersionView): z.input<typeof VersionOut> => {
  const { number, name, language, category, shortcut, subject, preheader, text, mediaIds, variables } = version;
  return {
    number,
    name,
    language,
    category,
    shortcut,
    subject,
    preheader,
    text,
    ...presentSource(version.source),
    mediaIds,
    variables,
    savedBy: author,
    createdAt: toInstant(version.createdAt),
  };
};

export const VersionListQuery = PageQuery;

export const PreviewIn = z.strictObject({
  customerId: Id.optional().openapi({ description: 'Whose values fill it; left out: a customer that we made up' }),
});

export const PreviewOut = z
  .object({
    channel: z.enum(templateChannels),
    version: z.int().positive(),
    text: z.string().nullable().openapi({ description: 'Of an email: its plain text part' }),
    mediaIds: z.array(Id),
    subject: z.string().nullable(),
    preheader: z.string().nullable(),
    html: z.string().nullable().openapi({ description: 'Somebody’s HTML: show it in a sandboxed frame' }),
  })
  .openapi('TemplatePreview');

export const presentPreview = (rendered: RenderedTemplate): z.input<typeof PreviewOut> => {
  const mail: RenderedMail | null = rendered.mail;
  return {
    channel: rendered.channel,
    version: rendered.template.version,
    text: mail ? mail.text : rendered.text,
    mediaIds: rendered.mediaIds,
    subject: mail?.subject ?? null,
    preheader: mail?.preheader ?? null,
    html: mail?.html ?? null,
  };
};

export const CategoriesOut = z
  .object({
    data: z.array(
      z.object({
        category: z.enum(templateCategories),
        name: z.string(),
        variables: z.array(z.object({ name: z.string(), description: z.string() })),
      }),
    ),
  })
  .openapi('TemplateCategories');

export const presentCategories = (language: Language): z.input<typeof CategoriesOut> => ({
  data: templateCategories.map((category) => ({
    category,
    name: categoryNames[category][language],
    variables: Object.entries(describeVariables(category)).map(([name, text]) => ({
      name,
      description: text[language],
    })),
  })),
});

export const ProvidedOut = z.object({ added: z.int().nonnegative() }).openapi('TemplatesProvided');
