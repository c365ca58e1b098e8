import { parse } from 'bowser';

/** What a session is used on, as far as it says so itself. */
export type Device = {
  /** `Chrome 140 · Windows`; null where nothing can be told. */
  name: string | null;
  browser: string | null;
  os: string | null;
  kind: 'desktop' | 'mobile' | 'tablet' | 'other';
};

const MOST_CHARACTERS = 500;
const PROGRAM = /^([A-Za-z][\w.-]{0,39})\/(\d{1,6})/;
const KINDS = new Set(['desktop', 'mobile', 'tablet']);

/** Reads a User-Agent, which anybody may write as he likes: never fails, and takes no longer for a longer one. */
export function deviceOf(userAgent: string | null): Device {
  const text = (userAgent ?? '').slice(0, MOST_CHARACTERS).trim();
  if (text === '') return { name: null, browser: null, os: null, kind: 'other' };
  const read = parse(text);
  const browser = versioned(read.browser.name, read.browser.version) ?? versioned(...programOf(text));
  const os = read.os.name || null;
  const kind = KINDS.has(read.platform.type ?? '') ? (read.platform.type as Device['kind']) : 'other';
  return { name: [browser, os].filter(Boolean).join(' · ') || null, browser, os, kind };
}

/** `Chrome 140`: what comes behind the first number changes weekly. */
function versioned(name: string | undefined, version: string | undefined): string | null {
  if (!name) return null;
  const major = /^\d{1,6}/.exec(version ?? '')?.[0];
  return major ? `${name} ${major}` : name;
}

/** `okhttp/4.12.0`, as programs call themselves. */
function programOf(text: string): [string | undefined, string | undefined] {
  const [, name, version] = PROGRAM.exec(text) ?? [];
  return name === 'Mozilla' ? [undefined, undefined] : [name, version];
}
