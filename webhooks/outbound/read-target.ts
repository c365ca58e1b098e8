import type { TargetFlaw } from '#src/channels/webhooks/hook-client.ts';
import type { OrgContext } from '#src/context.ts';
import type { Text } from '#src/platform/language.ts';
import { invalid } from '#src/platform/problem.ts';

const flaws: Record<TargetFlaw, Text> = {
  scheme: { en: 'An https:// URL', tr: 'https:// ile başlayan bir adres' },
  insecure: { en: 'https:// is required', tr: 'https:// gerekli' },
  credentials: { en: 'No user name or password in the URL', tr: 'Adreste kullanıcı adı ya da parola olamaz' },
  port: { en: 'Port 80, 443, or 1024 and above', tr: '80, 443 ya da 1024 ve üzeri bir kapı numarası' },
  private: {
    en: 'This leads into a private network, or to an address that is not in the internet',
    tr: 'Bu adres özel bir ağa ya da internette olmayan bir yere çıkıyor',
  },
};

/** A URL that we may post to, as far as can be told now. Throws `invalid-request`. Looks its name up: not inside a transaction. */
export async function readTarget({ hooks }: OrgContext, text: string): Promise<string> {
  const url = new URL(text);
  url.hash = '';
  const flaw = await hooks.inspect(url.href);
  if (flaw) throw invalid('url', flaws[flaw]);
  return url.href;
}
