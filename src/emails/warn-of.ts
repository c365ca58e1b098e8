import type { ContentWarning } from './content-mistake.ts';
import type { Inspection } from './inspect-html.ts';

/** Gmail shows the first 102 KB: https://support.google.com/mail/thread/7172437 */
const LARGE_BYTES = 100 * 1024;
const LONG_SUBJECT = 70;

type Mail = { inspected: Inspection; sizeBytes: number; subject: string };

/** What may be sent, but is better known before. */
export function warnOf({ inspected, sizeBytes, subject }: Mail): ContentWarning[] {
  const warnings: ContentWarning[] = [];
  const say = (code: string, en: string, tr: string) => warnings.push({ code, detail: { en, tr } });
  const kilobytes = Math.ceil(sizeBytes / 1024);
  if (sizeBytes > LARGE_BYTES)
    say(
      'large-mail',
      `The mail has ${kilobytes} KB: Gmail cuts off what is beyond 102 KB, the link to unsubscribe with it`,
      `E-posta ${kilobytes} KB: Gmail 102 KB sonrasını, abonelikten çıkma bağlantısıyla birlikte keser`,
    );
  if (inspected.hadExternalStyles)
    say(
      'external-styles-removed',
      'Style sheets and fonts from other sites were taken out: few mail programs load them',
      'Başka sitelerdeki stil dosyaları ve yazı tipleri çıkarıldı: çoğu e-posta programı bunları yüklemez',
    );
  if (inspected.hasMutePicture)
    say(
      'picture-without-alt',
      'A picture has no alt text: whoever does not see it learns nothing',
      'Bir görselin alt metni yok: görseli göremeyenler bir şey öğrenemez',
    );
  if (subject.length > LONG_SUBJECT)
    say(
      'long-subject',
      `The subject has ${subject.length} characters; phones show about 40, most inboxes 70`,
      `Konu ${subject.length} karakter; telefonlar yaklaşık 40, çoğu gelen kutusu 70 karakter gösterir`,
    );
  return warnings;
}
