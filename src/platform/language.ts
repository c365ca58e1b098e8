export const languages = ['tr', 'en'] as const;
export type Language = (typeof languages)[number];
/** A text for people, in every language we speak. */
export type Text = Record<Language, string>;

/** The first language of an Accept-Language header that we speak; English when there is none. */
export function chooseLanguage(header: string | null | undefined): Language {
  const wanted = (header ?? '')
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.trim().split(';');
      const quality = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find(Boolean);
      return { language: tag.trim().slice(0, 2).toLowerCase(), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter((item) => item.quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return (
    languages.find(
      (language) => language === wanted.find((w) => languages.includes(w.language as Language))?.language,
    ) ?? 'en'
  );
}
