import { html } from 'hono/html';
import type { Page } from '#src/platform/cursor.ts';
import type { Language } from '#src/platform/language.ts';
import { sayShortInstant } from '#src/platform/time.ts';
import { mailboxStyle } from './mailbox-style.ts';
import { mailboxText } from './mailbox-text.ts';
import type { OpenedMail, SandboxMailRow } from './queries.ts';

type Content = ReturnType<typeof html>;

const PATH = '/sandbox/mail';

const frame = (language: Language, title: string, content: Content): Content => html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>${mailboxStyle}</style></head>
<body><main>${content}</main></body>
</html>`;

type Listed = { page: Page<SandboxMailRow>; search: string; language: Language };

/** All that was taken, newest first. */
export function mailboxPage({ page, search, language }: Listed): Content {
  const say = mailboxText[language];
  const older = new URLSearchParams({ ...(search && { search }), cursor: page.nextCursor ?? '' });
  return frame(
    language,
    say.title,
    html`<h1>${say.title}</h1><p>${say.explain} <a href="${PATH}s">${say.ofSystem}</a></p>
<form role="search"><input type="search" name="search" value="${search}" maxlength="200" placeholder="${say.search}" aria-label="${say.search}">
<button>${say.find}</button>${search ? html`<a href="${PATH}">${say.all}</a>` : ''}</form>
${page.data.length === 0 ? html`<p class="empty">${search ? say.nothing : say.empty}</p>` : html`<ul>${page.data.map((mail) => listItem(mail, language))}</ul>`}
${page.nextCursor ? html`<p><br><a class="button" href="${PATH}?${older.toString()}" rel="next">${say.older}</a></p>` : ''}`,
  );
}

const sayReceived = ({ receivedAt }: SandboxMailRow, language: Language): string =>
  `${sayShortInstant(receivedAt, { language, timeZone: 'UTC' })} UTC`;

const saySize = (bytes: number, language: Language): string =>
  `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1024)} KB`;

function listItem(mail: SandboxMailRow, language: Language): Content {
  const say = mailboxText[language];
  return html`<li><a href="${PATH}/${mail.id}">
<span class="subject">${mail.rejected ? html`<span class="bad">${say.refused}</span>` : mail.subject || say.noSubject}</span>
<time class="soft" datetime="${mail.receivedAt.toISOString()}">${sayReceived(mail, language)}</time>
<span class="soft">${say.to}: ${mail.recipients.join(', ')}</span><span class="soft">${mail.rejected ? '' : saySize(mail.sizeBytes, language)}</span></a></li>`;
}

/** One mail; its HTML is shown in a frame that may do nothing. */
export function mailPage(mail: OpenedMail, language: Language): Content {
  const say = mailboxText[language];
  const title = mail.rejected ? say.refused : mail.subject || say.noSubject;
  return frame(
    language,
    title,
    html`<p><a href="${PATH}">← ${say.back}</a></p><h1>${title}</h1>
<dl><dt>${say.from}</dt><dd>${mail.sender}</dd><dt>${say.to}</dt><dd>${mail.recipients.join(', ')}</dd>
<dt>${say.at}</dt><dd>${sayReceived(mail, language)}</dd><dt>${say.size}</dt><dd>${saySize(mail.sizeBytes, language)}</dd></dl>
${mail.rejected ? html`<p class="bad">${say.refusedWhy}</p>` : parts(mail, language)}`,
  );
}

function parts(mail: OpenedMail, language: Language): Content {
  const say = mailboxText[language];
  return html`<p>${mail.truncated ? say.truncated : ''} <a href="${PATH}/${mail.id}/raw" download>${say.download}</a></p>
<h2>${say.html}</h2>${
    mail.html === null
      ? html`<p>${say.none}</p>`
      : html`<iframe src="${PATH}/${mail.id}/html" title="${say.html}" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>`
  }
${
  mail.attachments.length === 0
    ? ''
    : html`<h2>${say.attachments}</h2><ul class="plain">${mail.attachments.map(
        ({ name, mimeType, sizeBytes }) =>
          html`<li>${name || mimeType} <span class="soft">${mimeType}, ${saySize(sizeBytes, language)}</span></li>`,
      )}</ul>`
}
<h2>${say.plain}</h2>${mail.text === null ? html`<p>${say.none}</p>` : html`<pre>${mail.text}</pre>`}
<h2>${say.headers}</h2><pre>${mail.headers.map(({ name, value }) => `${name}: ${value}`).join('\n')}</pre>`;
}
