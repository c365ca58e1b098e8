/** What came from outside, believed in nothing. */
export type Bag = Record<string, unknown>;

export const bag = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};

/** One or a list, as a list. */
export const bags = (value: unknown): Bag[] => (Array.isArray(value) ? value.map(bag) : [bag(value)]);

/** Null for anything else, and for an empty one. */
export const string = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A number, its digits, or a Long: `{low, high}`. Null for anything else. */
export function count(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string') return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
  const { low, high } = bag(value);
  return typeof low === 'number' && typeof high === 'number' ? high * 2 ** 32 + (low >>> 0) : null;
}
