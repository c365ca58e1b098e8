import { html, raw } from 'hono/html';
import { mailKinds } from '#src/db/schema/emails.ts';
import { type Language, languages } from '#src/platform/language.ts';
import { palette } from '#src/platform/page-style.ts';
import { mailTexts } from './mail-texts.ts';

const style = raw(`
${palette}body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; color: var(--soft); }
a { color: var(--accent); }
ul { list-style: none; margin: 0; padding: 0; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
li { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; align-items: baseline; padding: .75rem 1rem; }
li + li { border-top: 1px solid var(--line); }
li span { flex: 1 1 18rem; font-weight: 600; }
`);

const texts: Record<Language, { title: string; explain: string; mailbox: string }> = {
  tr: {
    title: 'Sistem e-postaları',
    explain: 'Ulak’ın kendi gönderdiği e-postalar, örnek verilerle.',
    mailbox: 'Deneme posta kutusu',
  },
  en: {
    title: 'Mails of the system',
    explain: 'What Ulak itself sends, filled with samples.',
    mailbox: 'Sandbox mailbox',
  },
};
const names: Record<Language, string> = { tr: 'Türkçe', en: 'English' };

/** Every one of the system's own mails, to be looked at in both languages. */
export const mailListPage = (language: Language) => html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${texts[language].title}</title><style>${style}</style></head>
<body><main><p><a href="/sandbox/mail">← ${texts[language].mailbox}</a></p>
<h1>${texts[language].title}</h1><p>${texts[language].explain}</p>
<ul>${mailKinds.map(
  (kind) =>
    html`<li><span>${mailTexts[kind][language].title}</span>${languages.map(
      (one) =>
        html`<a href="/sandbox/mails/${kind}/${one}" hreflang="${one}" lang="${one}" aria-label="${mailTexts[kind][one].title} (${names[one]})">${names[one]}</a>`,
    )}</li>`,
)}</ul></main></body>
</html>
`;
