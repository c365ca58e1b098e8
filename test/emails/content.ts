import type { EmailSource } from '#src/db/schema/emails.ts';
import { type CompiledContent, type ContentInput, compileContent } from '#src/emails/compile-content.ts';
import { createMailKeys } from '#src/emails/mail-token.ts';
import { type MailInput, prepareMail } from '#src/emails/prepare-mail.ts';
import { newId } from '#src/platform/ids.ts';

export const PUBLIC_URL = 'https://mail.example.com';
export const sender = { tradeName: 'Çınar & Şahin Ltd.', contact: 'Bağdat Cad. 12, Kadıköy/İstanbul, 0216 555 00 00' };
export const keys = createMailKeys('x'.repeat(40));

const defaults: ContentInput = { subject: 'Merhaba {{ firstName }}', language: 'tr', identity: sender };

export const compile = (source: EmailSource, input: Partial<ContentInput> = {}): Promise<CompiledContent> =>
  compileContent({ publicUrl: PUBLIC_URL }, source, { ...defaults, ...input });
export const compileHtml = (html: string, input: Partial<ContentInput> = {}): Promise<CompiledContent> =>
  compile({ kind: 'html', html }, input);
export const compileMjml = (body: string, input: Partial<ContentInput> = {}): Promise<CompiledContent> =>
  compile({ kind: 'mjml', mjml: `<mjml><mj-body>${body}</mj-body></mjml>` }, input);

type Layout = Extract<EmailSource, { kind: 'layout' }>;
export const layoutOf = (layout: Layout['layout'], more: Partial<Layout> = {}): Layout => ({
  kind: 'layout',
  layout,
  title: 'İlkbahar geldi, {{ firstName | default: "dostum" }}',
  text: 'Merhaba {{ firstName }},\nyeni ürünler & ışıl ışıl günler.\n\nĞÜŞİÖÇ ğüşıöç',
  imageUrl: 'https://images.example.com/a.png?x=1&y=2',
  imageAlt: 'Işıl ışıl "Bahar" & {{ firstName }}',
  button: { label: 'Hemen incele', url: 'https://example.com/bahar?a=1&b=2' },
  ...more,
});

/** What was refused, by path, in the language. */
export async function refusals(made: Promise<unknown>, language: 'tr' | 'en' = 'en'): Promise<string[]> {
  const problem = await made.then(
    () => ({ options: { errors: [] } }),
    (error) => error,
  );
  if (!problem.options?.errors) throw problem;
  return problem.options.errors.map(
    ({ path, message }: { path: string; message: Record<string, string> }) => `${path}: ${message[language]}`,
  );
}

export const identity = {
  fromName: 'Çınar Mağazası',
  fromEmail: 'bilgi@cinar.example',
  domain: 'cinar.example',
  replyTo: null,
};
export const campaign = { id: newId(), organizationId: newId(), trackOpens: false, trackClicks: false };
export const addressee = {
  recipientId: newId(),
  name: 'Ayşe Yılmaz',
  address: 'ayse@example.com',
  variables: { firstName: 'Ayşe', lastName: 'Yılmaz' },
};

export const composerOf = (content: CompiledContent, more: Partial<MailInput> = {}) =>
  prepareMail({ content: { id: newId(), ...content }, identity, campaign, keys, publicUrl: PUBLIC_URL, ...more });
