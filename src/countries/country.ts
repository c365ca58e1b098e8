/** One of ISO 3166-1, or Kosovo, which has codes but no entry there. */
export type Country = {
  /** The same everywhere: made of its code. */
  id: string;
  iso2: string;
  iso3: string;
  /** Three digits. */
  numeric: string;
  name: { tr: string; en: string };
  /** With their plus; North America's with the area codes that are a country's own: `+1684`. */
  phoneCodes: string[];
  /** ISO 4217; null where there is none. */
  currency: string | null;
  /** Below PUBLIC_URL. */
  flagPath: string;
  searchText: string;
};

/** Two lists of the same countries say them in the same order. */
export const byTurkishName = (a: Pick<Country, 'name'>, b: Pick<Country, 'name'>): number =>
  turkish.compare(a.name.tr, b.name.tr);
const turkish = new Intl.Collator('tr');
