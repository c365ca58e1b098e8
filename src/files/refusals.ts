import type { Text } from '#src/platform/language.ts';
import { Problem } from '#src/platform/problem.ts';
import { type MediaKind, mediaLimitBytes, mediaTypes } from './media.ts';

const MEGABYTE = 1024 * 1024;
const kindNames: Record<MediaKind, Text> = {
  image: { en: 'An image', tr: 'Görsel' },
  video: { en: 'A video', tr: 'Video' },
  audio: { en: 'A sound file', tr: 'Ses dosyası' },
  voice: { en: 'A voice note', tr: 'Sesli mesaj' },
  document: { en: 'A document', tr: 'Belge' },
};

/** 413: more bytes than WhatsApp takes of this kind, or than the platform allows. */
export function tooManyBytes(kind: MediaKind, limitBytes = mediaLimitBytes[kind]): Problem {
  const megabytes = Math.floor((limitBytes / MEGABYTE) * 100) / 100;
  return new Problem('too-large', {
    detail: {
      en: `${kindNames[kind].en} may have ${megabytes} MB at most`,
      tr: `${kindNames[kind].tr} en çok ${megabytes} MB olabilir`,
    },
    members: { kind, limitBytes },
  });
}

/** 413: an image that would not fit into memory once it is unpacked. */
export function tooManyPixels(limitPixels: number): Problem {
  const megapixels = limitPixels / 1_000_000;
  return new Problem('too-large', {
    detail: {
      en: `An image may have ${megapixels} megapixels at most`,
      tr: `Görsel en çok ${megapixels} megapiksel olabilir`,
    },
    members: { kind: 'image', limitPixels },
  });
}

const ACCEPTED = 'jpg, png, mp4, 3gp, ogg (opus), mp3, m4a, aac, amr, pdf, txt, doc, docx, xls, xlsx, ppt, pptx';
const hints: Record<string, Text> = {
  gif: {
    en: 'send an animation as mp4, a still image as png',
    tr: 'animasyonu mp4, durağan görseli png olarak gönderin',
  },
  webp: {
    en: 'WhatsApp takes webp as stickers only: use jpg or png',
    tr: 'WhatsApp webp’yi yalnızca çıkartma olarak alır: jpg ya da png kullanın',
  },
  heic: { en: 'convert it to jpg', tr: 'jpg’ye dönüştürün' },
  avif: { en: 'convert it to jpg', tr: 'jpg’ye dönüştürün' },
  mov: { en: 'convert it to mp4', tr: 'mp4’e dönüştürün' },
  webm: { en: 'convert it to mp4', tr: 'mp4’e dönüştürün' },
  svg: { en: 'convert it to png', tr: 'png’ye dönüştürün' },
  wav: { en: 'convert it to mp3 or ogg (opus)', tr: 'mp3 ya da ogg (opus) biçimine dönüştürün' },
  ogg: { en: 'an ogg file must be sound encoded as opus', tr: 'ogg dosyası opus ile kodlanmış ses olmalı' },
};

/** 415: `found` is what the content is, when that can be told. */
export function unacceptable(found: string | null, hint: Text | undefined = found ? hints[found] : undefined): Problem {
  const what: Text = found ? { en: `${found} is not accepted`, tr: `${found} kabul edilmiyor` } : unknown;
  const say = (language: 'en' | 'tr') => (hint ? `${what[language]}: ${hint[language]}` : what[language]);
  return new Problem('unsupported-media-type', {
    detail: { en: `${say('en')}. Accepted: ${ACCEPTED}`, tr: `${say('tr')}. Kabul edilenler: ${ACCEPTED}` },
    members: { accepted: mediaTypes.map((type) => type.mimeType), ...(found && { found }) },
  });
}

const unknown: Text = { en: 'The content is of no accepted type', tr: 'İçerik kabul edilen bir türde değil' };

/** 415: begins like an accepted type, but cannot be read as one. */
export const broken = (extension: string): Problem =>
  unacceptable(null, {
    en: `it begins like ${extension} but is damaged or incomplete`,
    tr: `${extension} gibi başlıyor ama bozuk ya da eksik`,
  });
