import { html, raw } from 'hono/html';
import type { Page } from '#src/platform/cursor.ts';
import type { Language } from '#src/platform/language.ts';
import { palette } from '#src/platform/page-style.ts';
import { sayShortInstant } from '#src/platform/time.ts';
import type { SandboxSms } from './queries.ts';
import { smsPageText } from './sms-page-text.ts';

type Content = ReturnType<typeof html>;
type Listed = { page: Page<SandboxSms>; search: string; language: Language };

const PATH = '/sandbox/sms';
const style = raw(`
${palette}body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; color: var(--soft); }
a { color: var(--accent); }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; align-items: center; }
input { flex: 1 1 14rem; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; }
button, .button { padding: .6rem 1rem; font: inherit; color: var(--on); background: var(--accent); border: 0; border-radius: .5rem; text-decoration: none; display: inline-block; cursor: pointer; }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
li { padding: .75rem 1rem; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere; }
li header, li footer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .1rem 1rem; color: var(--soft); font-size: .9rem; }
li header strong { color: var(--ink); }
li .words { margin: .4rem 0; color: var(--ink); white-space: pre-wrap; }
.bad { color: var(--bad); font-weight: 600; }
.empty { padding: 3rem 1rem; text-align: center; background: var(--paper); border: 1px dashed var(--line); border-radius: .75rem; }
`);

/** All that was taken, newest first. */
export function smsPage({ page, search, language }: Listed): Content {
  const say = smsPageText[language];
  const older = new URLSearchParams({ ...(search && { search }), cursor: page.nextCursor ?? '' });
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${say.title}</title>
<style>${style}</style></head>
<body><main><h1>${say.title}</h1><p>${say.explain}</p>
<form role="search"><input type="search" name="search" value="${search}" maxlength="200" placeholder="${say.search}" aria-label="${say.search}">
<button>${say.find}</button>${search ? html`<a href="${PATH}">${say.all}</a>` : ''}</form>
${page.data.length === 0 ? html`<p class="empty">${search ? say.nothing : say.empty}</p>` : html`<ol>${page.data.map((sms) => listItem(sms, language))}</ol>`}
${page.nextCursor ? html`<p><br><a class="button" href="${PATH}?${older.toString()}" rel="next">${say.older}</a></p>` : ''}</main></body>
</html>`;
}

function listItem(sms: SandboxSms, language: Language): Content {
  const say = smsPageText[language];
  const at = `${sayShortInstant(sms.receivedAt, { language, timeZone: 'UTC' })} UTC`;
  return html`<li><header><strong>${sms.phone}</strong><time datetime="${sms.receivedAt.toISOString()}">${at}</time></header>
<div class="words">${sms.body}</div>
<footer><span>${sms.segments} ${say.segments} · ${sms.encoding}</span><span class="${sms.fate === 'failed' ? 'bad' : ''}">${say[sms.fate]}${sms.answerLost ? `, ${say.lost}` : ''}</span></footer></li>`;
}
