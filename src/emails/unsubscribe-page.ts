import { hash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Language } from '#src/platform/language.ts';
import { cardStyle } from '#src/platform/page-style.ts';
import { unsubscribeText } from './unsubscribe-text.ts';

/** Which page: closed, with a way back or without; a question; taken back; too late to take back; no link of ours; a preview's. */
export type UnsubscribePage = 'closed' | 'closed-for-good' | 'ask' | 'restored' | 'too-late' | 'invalid' | 'sample';
export type UnsubscribeView = {
  page: UnsubscribePage;
  language: Language;
  /** Null: not known any more. */
  sender: string | null;
  /** Where the link leads, without the host. */
  path: string;
};

/** Nothing is loaded and nothing runs; the address of the page, which is a secret, is told to nobody. */
export const pageHeaders = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash('sha256', cardStyle, 'base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
};

/** A page for people: no scripts, one button at most. */
export async function unsubscribePage(view: UnsubscribeView): Promise<string> {
  const { title, text, button } = contentOf(view);
  return String(
    await html`<!doctype html>
<html lang="${view.language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${raw(cardStyle)}</style></head>
<body><main><h1>${title}</h1><p>${text}</p>${button ? html`<form method="post" action="${button.action}"><button${button.quiet ? raw(' class="quiet"') : ''}>${button.label}</button></form>` : ''}</main></body>
</html>
`,
  );
}

type Content = { title: string; text: string; button?: { label: string; action: string; quiet: boolean } };

function contentOf({ page, language, sender, path }: UnsubscribeView): Content {
  const say = unsubscribeText[language];
  const closed = { title: say.closed, text: sender === null ? say.closedOld : say.closedBy(sender) };
  switch (page) {
    case 'closed':
      return { ...closed, button: { label: say.undo, action: `${path}/undo`, quiet: true } };
    case 'closed-for-good':
      return closed;
    case 'ask':
      return {
        title: say.open,
        text: say.openOf(sender ?? ''),
        button: { label: say.leave, action: path, quiet: false },
      };
    case 'restored':
      return {
        title: say.restored,
        text: say.restoredOf(sender ?? ''),
        button: { label: say.leave, action: path, quiet: true },
      };
    case 'too-late':
      return { title: say.tooLate, text: say.tooLateOf(sender ?? '') };
    case 'invalid':
      return { title: say.invalid, text: say.invalidWhy };
    case 'sample':
      return { title: say.sample, text: say.sampleWhy };
  }
}
