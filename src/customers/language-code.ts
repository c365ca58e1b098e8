const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** Whether this is a language of ISO 639-1, in lower case. */
export const isLanguageCode = (code: string): boolean => /^[a-z]{2}$/.test(code) && names.of(code) !== undefined;
