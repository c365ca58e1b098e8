/** A body with one thing changed, and where. */
export type Mutation = { path: string; body: unknown };

type Key = string | number;

/** Every place below the root of a JSON value. */
export function placesOf(value: unknown, at: Key[] = []): { at: Key[]; value: unknown }[] {
  const members = value !== null && typeof value === 'object' ? Object.entries(value) : [];
  return members.flatMap(([name, member]) => {
    const here = [...at, Array.isArray(value) ? Number(name) : name];
    return [{ at: here, value: member }, ...placesOf(member, here)];
  });
}

export function replaceAt(body: unknown, at: Key[], value: unknown): unknown {
  const [first, ...rest] = at;
  if (first === undefined) return value;
  const copy = structuredClone(body) as Record<Key, unknown>;
  copy[first] = replaceAt(copy[first], rest, value);
  return copy;
}

/** `audience.groupIds[0]` */
export const spell = (at: Key[]): string =>
  at.reduce<string>((path, key) => (typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${key}` : key), '');

/** Each place once with a value of a type that it cannot have. */
export const wrongTypes = (body: unknown): Mutation[] =>
  placesOf(body).map(({ at, value }) => ({
    path: spell(at),
    body: replaceAt(body, at, value !== null && typeof value === 'object' ? 'text' : { unexpected: [] }),
  }));

/** Each text once with a NUL in it. */
export const withNul = (body: unknown): Mutation[] =>
  placesOf(body)
    .filter(({ value }) => typeof value === 'string')
    .map(({ at, value }) => ({ path: spell(at), body: replaceAt(body, at, `${value}\0`) }));

/** Each object once with a field that nobody knows. */
export const withUnknownField = (body: unknown): Mutation[] =>
  [{ at: [] as Key[], value: body }, ...placesOf(body)]
    .filter(({ value }) => value !== null && typeof value === 'object' && !Array.isArray(value))
    .map(({ at, value }) => ({
      path: spell([...at, 'tenantId']),
      body: replaceAt(body, at, { ...(value as object), tenantId: 1 }),
    }));
