import { foldText } from './fold-text.ts';

/**
 * The words and the date of İYS, Turkey's registry of marketing consents: recipient, recipientType (BIREYSEL, TACIR), type
 * (ARAMA, MESAJ, EPOSTA), status (ONAY, RET), source (HS_…), consentDate (`2018-02-10 09:30:00`, local time). From
 * https://apidocs.iys.org.tr (addConsent), as told by the clients netgsm/netiys and mhunesi/yii2-iys on GitHub.
 */
export const iysColumns = ['recipient', 'recipientType', 'type', 'status', 'source', 'consentDate'] as const;
export const recipientTypes = ['BIREYSEL', 'TACIR'] as const;
export const iysTypes = { email: 'EPOSTA', sms: 'MESAJ', whatsapp: 'MESAJ' } as const;
export const iysStatuses = { given: 'ONAY', withdrawn: 'RET' } as const;

const SOURCES = {
  HS_CAGRI_MERKEZI: 'call cagri telefon phone',
  HS_MESAJ: 'sms mesaj message whatsapp',
  HS_EPOSTA: 'email e-posta eposta mail newsletter bulten unsubscribe unsubscribe-undo complaint',
  HS_SOSYAL_MEDYA: 'social sosyal instagram facebook linkedin tiktok',
  HS_MOBIL: 'mobile mobil app uygulama',
  HS_ETKINLIK: 'event etkinlik fair fuar seminar seminer',
  HS_ISLAK_IMZA: 'signature signed imza imzali islak',
  HS_ATM: 'atm',
  HS_KARAR: 'karar',
  HS_2015: '2015',
  HS_FIZIKSEL_ORTAM: 'store shop branch office paper magaza sube ofis kagit fiziksel physical',
  HS_EORTAM: 'eortam electronic elektronik',
  HS_WEB: 'web website site form webform landing online',
} as const;
type IysSource = keyof typeof SOURCES;

const bySource = new Map(
  (Object.keys(SOURCES) as IysSource[]).flatMap((source) => SOURCES[source].split(' ').map((word) => [word, source])),
);

/**
 * Where a consent comes from, in İYS's words: its own word as it stands, else what the first telling word of ours means. Null where
 * nothing tells: what is reported to a registry is not guessed.
 */
export function iysSource(source: string): IysSource | null {
  const own = source.trim().replaceAll(/[a-zı]/g, (letter) => (letter === 'ı' ? 'I' : letter.toUpperCase()));
  if (own in SOURCES) return own as IysSource;
  const words = foldText(source).split(/[^a-z0-9-]+/);
  const found = words.map((word) => bySource.get(word)).find((known) => known !== undefined);
  return (found as IysSource | undefined) ?? null;
}
