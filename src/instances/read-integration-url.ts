import { createAddressFinder } from '#src/channels/email/find-address.ts';
import type { OrgContext } from '#src/context.ts';
import { invalid } from '#src/platform/problem.ts';

/**
 * A URL that a server of ours may call, without the slash at its end. Throws a 400 for one that leads into a private network (but for those
 * allowed), that nobody finds, or that carries a password. Looks its name up: not inside a transaction.
 */
export async function readIntegrationUrl({ config }: Pick<OrgContext, 'config'>, text: string): Promise<string> {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw invalid('url', {
      en: 'No user name or password in the URL',
      tr: 'Adreste kullanıcı adı ya da parola olamaz',
    });
  const host = url.hostname.replace(/^\[(.+)\]$/, '$1');
  try {
    await createAddressFinder(config.allowPrivateTargets)(host);
  } catch (error) {
    throw invalid(
      'url',
      {
        en: 'Nobody finds this address in the internet, or it leads into a private network',
        tr: 'Bu adres internette bulunamıyor ya da özel bir ağa çıkıyor',
      },
      error,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
