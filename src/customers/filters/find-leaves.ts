import type { FieldName, Leaf, LeafOf } from './leaf-schemas.ts';
import type { Filter } from './read-filter.ts';

/** A condition, and where in its filter it stands: `and[1].not`. */
export type Place<F extends FieldName = FieldName> = { leaf: LeafOf<F> & Leaf; path: string };

export const joinPath = (path: string, key: string): string => (path ? `${path}.${key}` : key);

export const childrenOf = (filter: Filter): { child: Filter; key: string }[] => {
  if ('and' in filter) return filter.and.map((child, at) => ({ child, key: `and[${at}]` }));
  if ('or' in filter) return filter.or.map((child, at) => ({ child, key: `or[${at}]` }));
  return 'not' in filter ? [{ child: filter.not, key: 'not' }] : [];
};

/** Every condition of a filter. */
export function findLeaves(filter: Filter, path = ''): Place[] {
  if ('field' in filter) return [{ leaf: filter, path } as Place];
  return childrenOf(filter).flatMap(({ child, key }) => findLeaves(child, joinPath(path, key)));
}
