type Bag = Record<string, unknown>;

/** What we keep of a webhook. */
export type Webhook = {
  event: string;
  instance: string;
  payload: { data: unknown; sender?: unknown; date_time?: unknown };
};

const MOST_LEVELS = 32;
const LONGEST_TEXT = 128 * 1024;
/** Pictures that nobody asked for; a QR code's is wanted. */
const BULKY = new Set([
  'jpegThumbnail',
  'thumbnail',
  'base64',
  'fileSha256',
  'fileEncSha256',
  'mediaKey',
  'streamingSidecar',
  'midQualityFileSha256',
]);

/**
 * Reads a webhook's JSON; null when it is not one of Evolution's. Left out: the instance's token, our own secret (it is in
 * `destination`), inlined files, and characters that PostgreSQL cannot store.
 */
export function readWebhook(json: unknown): Webhook | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  const { event, instance, data, sender, date_time } = json as Bag;
  if (typeof event !== 'string' || typeof instance !== 'string') return null;
  const isQr = event === 'qrcode.updated';
  return {
    event,
    instance,
    payload: {
      data: clean(data ?? null, isQr, 0),
      sender: clean(sender, false, 0),
      date_time: clean(date_time, false, 0),
    },
  };
}

function clean(value: unknown, keepBase64: boolean, level: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (level >= MOST_LEVELS) return null;
  if (Array.isArray(value)) return value.map((item) => clean(item, keepBase64, level + 1));
  const kept: Bag = {};
  for (const [key, member] of Object.entries(value)) {
    if (BULKY.has(key) && !(keepBase64 && key === 'base64')) continue;
    if (key === '__proto__') continue;
    kept[cleanText(key) ?? ''] = clean(member, keepBase64, level + 1);
  }
  return kept;
}

function cleanText(text: string): string | null {
  if (text.length > LONGEST_TEXT) return null;
  return text.replaceAll('\0', '').toWellFormed();
}
