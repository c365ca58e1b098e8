import { hash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Language } from '#src/platform/language.ts';
import { cardStyle } from '#src/platform/page-style.ts';
import { PASSWORD_LENGTH } from './create-auth.ts';

/** Which page a link in a mail leads to: a question, done, or no link that is worth anything. */
export type LinkPage = 'choose-password' | 'too-short' | 'password-set' | 'verify' | 'verified' | 'spent';

/** Nothing is loaded and nothing runs; the address of the page, which is a secret, is told to nobody. */
export const linkPageHeaders = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash('sha256', cardStyle, 'base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
};

const { min, max } = PASSWORD_LENGTH;
const texts = {
  tr: {
    choose: 'Yeni bir parola belirleyin',
    length: `En az ${min} karakter. Açık oturumların hepsi kapanır.`,
    tooShort: `Parola ${min}–${max} karakter olmalı.`,
    password: 'Yeni parola',
    save: 'Parolayı kaydet',
    saved: 'Parolanız değişti',
    savedWhy: 'Yeni parolanızla oturum açabilirsiniz.',
    verify: 'E-posta adresinizi doğrulayın',
    verifyWhy: 'Bu adres sizinse düğmeye basın.',
    isMine: 'Adresimi doğrula',
    verified: 'Adresiniz doğrulandı',
    verifiedWhy: 'Bu sayfayı kapatabilirsiniz.',
    spent: 'Bu bağlantı geçersiz',
    spentWhy: 'Kullanılmış ya da süresi geçmiş olabilir. Yeni bir bağlantı isteyin.',
  },
  en: {
    choose: 'Choose a new password',
    length: `${min} characters at least. Every open session ends.`,
    tooShort: `A password has ${min} to ${max} characters.`,
    password: 'New password',
    save: 'Save the password',
    saved: 'Your password has changed',
    savedWhy: 'You can sign in with the new one.',
    verify: 'Verify your email address',
    verifyWhy: 'If this address is yours, press the button.',
    isMine: 'Verify my address',
    verified: 'Your address is verified',
    verifiedWhy: 'You can close this page.',
    spent: 'This link is not valid',
    spentWhy: 'It may have been used, or be too old. Ask for a new one.',
  },
} as const;

/** A page for people: no scripts; its form goes to its own address. */
export async function linkPage(page: LinkPage, language: Language): Promise<string> {
  const say = texts[language];
  const content = {
    'choose-password': { title: say.choose, text: say.length },
    'too-short': { title: say.choose, text: say.tooShort },
    'password-set': { title: say.saved, text: say.savedWhy },
    verify: { title: say.verify, text: say.verifyWhy },
    verified: { title: say.verified, text: say.verifiedWhy },
    spent: { title: say.spent, text: say.spentWhy },
  }[page];
  const form =
    page === 'verify'
      ? html`<form method="post"><button>${say.isMine}</button></form>`
      : page === 'choose-password' || page === 'too-short'
        ? html`<form method="post"><label for="p">${say.password}</label><input id="p" type="password" name="newPassword" autocomplete="new-password" required minlength="${min}" maxlength="${max}"><button>${say.save}</button></form>`
        : '';
  return String(
    await html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${content.title}</title><style>${raw(cardStyle)}</style></head>
<body><main><h1>${content.title}</h1><p${page === 'too-short' ? raw(' class="bad"') : ''}>${content.text}</p>${form}</main></body>
</html>
`,
  );
}
