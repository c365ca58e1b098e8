import type { Language, Text } from './language.ts';

/** Every refusal of the API: RFC 9457 answers and the OpenAPI document both come from this table. */
export const problems = {
  'invalid-request': { status: 400, en: 'The request is not valid', tr: 'İstek geçerli değil' },
  unauthenticated: { status: 401, en: 'Sign in first', tr: 'Önce oturum açın' },
  'insufficient-credits': { status: 402, en: 'Not enough credits', tr: 'Kontör yetersiz' },
  forbidden: { status: 403, en: 'Not allowed', tr: 'Yetkiniz yok' },
  'feature-off': { status: 403, en: 'Switched off on this platform', tr: 'Bu platformda kapalı' },
  banned: { status: 403, en: 'This account is banned', tr: 'Bu hesap yasaklandı' },
  'not-found': { status: 404, en: 'Not found', tr: 'Bulunamadı' },
  'method-not-allowed': { status: 405, en: 'Method not allowed', tr: 'Bu yöntem desteklenmiyor' },
  'not-acceptable': { status: 406, en: 'No such representation', tr: 'İstenen biçim yok' },
  conflict: { status: 409, en: 'The state does not allow it', tr: 'Mevcut durum buna izin vermiyor' },
  'already-exists': { status: 409, en: 'It exists already', tr: 'Zaten var' },
  'closed-by-recipient': {
    status: 409,
    en: 'The owner of this address closed it to marketing mail; only he can open it again',
    tr: 'Bu adresi sahibi pazarlama e-postalarına kapattı; yalnızca kendisi yeniden açabilir',
  },
  'appointment-conflict': {
    status: 409,
    en: 'There is another appointment at that time',
    tr: 'Bu saatte başka bir randevu var',
  },
  'version-conflict': {
    status: 409,
    en: 'Somebody has changed it meanwhile',
    tr: 'Bu arada başkası değiştirdi',
  },
  'campaign-not-pending': { status: 409, en: 'The campaign is not pending', tr: 'Kampanya beklemede değil' },
  'instance-not-open': { status: 409, en: 'The WhatsApp connection is not open', tr: 'WhatsApp bağlantısı açık değil' },
  'identity-not-verified': {
    status: 409,
    en: 'The sending identity is not verified',
    tr: 'Gönderen kimliği doğrulanmadı',
  },
  blacklisted: {
    status: 409,
    en: 'This address is on the blacklist: nobody writes to it',
    tr: 'Bu adres kara listede: kimse yazamaz',
  },
  'sms-not-set-up': {
    status: 409,
    en: 'No SMS carrier is set up on this platform',
    tr: 'Bu platformda SMS operatörü tanımlı değil',
  },
  'integration-off': {
    status: 409,
    en: 'The WhatsApp server has this integration switched off',
    tr: 'WhatsApp sunucusunda bu entegrasyon kapalı',
  },
  'media-in-use': { status: 409, en: 'The file is still to be sent', tr: 'Dosya henüz gönderilecek' },
  'segment-in-use': {
    status: 409,
    en: 'A segment or a pending campaign uses this segment',
    tr: 'Bu segmenti bir segment ya da bekleyen bir kampanya kullanıyor',
  },
  'no-recipients': { status: 409, en: 'Nobody to write to', tr: 'Yazılacak kimse yok' },
  'request-in-progress': { status: 409, en: 'The same request is still running', tr: 'Aynı istek hâlâ işleniyor' },
  'outcome-unknown': {
    status: 409,
    en: 'An earlier request took effect, its answer is lost',
    tr: 'Önceki istek işlendi, yanıtı kayboldu',
  },
  'too-large': { status: 413, en: 'Too large', tr: 'Çok büyük' },
  'unsupported-media-type': { status: 415, en: 'Unsupported type of content', tr: 'Desteklenmeyen içerik türü' },
  'range-not-satisfiable': { status: 416, en: 'No such part of the file', tr: 'Dosyanın böyle bir bölümü yok' },
  'idempotency-key-reused': {
    status: 422,
    en: 'The Idempotency-Key belongs to another request',
    tr: 'Idempotency-Key başka bir isteğe ait',
  },
  'rate-limited': { status: 429, en: 'Too many requests', tr: 'Çok fazla istek' },
  internal: { status: 500, en: 'Something went wrong on our side', tr: 'Bizim tarafımızda bir hata oluştu' },
  'whatsapp-unavailable': {
    status: 503,
    en: 'The WhatsApp server does not answer',
    tr: 'WhatsApp sunucusu yanıt vermiyor',
  },
  unavailable: { status: 503, en: 'Temporarily unavailable', tr: 'Geçici olarak kullanılamıyor' },
} as const satisfies Record<string, { status: number } & Text>;

export type ProblemCode = keyof typeof problems;
export type FieldError = { path: string; message: Text };

type Standard = 'type' | 'title' | 'status' | 'detail' | 'code' | 'requestId' | 'errors';

type ProblemOptions = {
  /** For the caller; default is the problem's title. Never what happened inside. */
  detail?: Text;
  /** More members of the answer, such as `required` and `available`. */
  members?: Record<string, unknown> & { [K in Standard]?: never };
  /** For `invalid-request`: what is wrong where. */
  errors?: FieldError[];
  headers?: Record<string, string>;
  /** For the log only. */
  cause?: unknown;
};

/** A refusal on its way to the caller. Verbs throw it; the router answers it. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail?.en ?? problems[code].en, { cause: options.cause });
    this.code = code;
    this.options = options;
  }

  get status(): number {
    return problems[this.code].status;
  }

  /** The application/problem+json body. */
  body(language: Language, requestId: string): Record<string, unknown> {
    const { status, [language]: title } = problems[this.code];
    const { detail, members, errors } = this.options;
    return {
      type: `urn:ulak:problem:${this.code}`,
      title,
      status,
      detail: detail?.[language] ?? title,
      code: this.code,
      requestId,
      ...members,
      ...(errors && { errors: errors.map((e) => ({ path: e.path, message: e.message[language] })) }),
    };
  }
}

export const notFound = (): Problem => new Problem('not-found');

/** A 400 about one field. `path` as in the request: `audience.groupIds[0]`. */
export const invalid = (path: string, message: Text, cause?: unknown): Problem =>
  new Problem('invalid-request', { errors: [{ path, message }], cause });
