import { imageName } from '#src/files/image-name.ts';
import type { Row } from './check-row.ts';
import { type IdMap, sameIds, UUID } from './id-map.ts';
import type { Column, TravellingTable } from './tables.ts';

const PICTURE = /([\w-]{43})\.(jpg|png)/y;
const types: Record<string, string> = { jpg: 'image/jpeg', png: 'image/png' };
/** Where mails show pictures: their addresses have the id of a file in them, and a seal of the server. */
const showing: Record<string, string[]> = {
  email_contents: ['html', 'plain', 'links', 'source'],
  template_versions: ['source'],
  campaigns: ['plan'],
};

export type Remapping = {
  ids: IdMap;
  /** Addresses of pictures begin so there and here; null: they are the same. */
  pictures: { from: string; to: string; secret: string } | null;
};

/** The row as it is to be here: every id of it another, and every address of a picture. */
export function remapRow({ name, columns }: TravellingTable, row: Row, { ids, pictures }: Remapping): Row {
  const out: Row = { ...row };
  if (ids !== sameIds) for (const column of columns) out[column.name] = remapColumn(column, row[column.name], ids);
  if (pictures)
    for (const column of showing[name] ?? [])
      out[column] = everyText(out[column], (text) => movePictures(text, ids, pictures));
  return out;
}

function remapColumn({ type, holdsIds }: Column, value: unknown, ids: IdMap): unknown {
  if (type === 'uuid') return value === null ? null : ids(value as string);
  if (type === 'uuid[]') return (value as string[] | null)?.map(ids) ?? null;
  return holdsIds ? everyText(value, (text) => (UUID.test(text) ? ids(text) : text)) : value;
}

/** Not deep: what is too deep has been refused. */
function everyText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((member) => everyText(member, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, everyText(member, change)]));
}

function movePictures(text: string, ids: IdMap, { from, to, secret }: NonNullable<Remapping['pictures']>): string {
  const [first, ...after] = text.split(`${from}/images/`);
  const moved = after.map((rest) => {
    PICTURE.lastIndex = 0;
    const [name, code, extension] = PICTURE.exec(rest) ?? [];
    if (!name) return `${from}/images/${rest}`;
    const hex = Buffer.from(code!, 'base64url').toString('hex', 0, 16);
    const id = ids(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
    return `${to}/images/${imageName(secret, { id, mimeType: types[extension!]! })}${rest.slice(name.length)}`;
  });
  return [first, ...moved].join('');
}
