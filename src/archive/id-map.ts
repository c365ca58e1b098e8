import { createHmac } from 'node:crypto';

export type IdMap = (id: string) => string;

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const sameIds: IdMap = (id) => id;

/**
 * Gives every id of an archive another: the same one the same, whatever table it stands in, without a list of them. The time in it stays, so
 * order stays. Nobody can choose an id so that it becomes one that is here already, for the key is ours: what an archive does not bring along
 * points at nothing. @param settled ids whose place is known.
 */
export function createIdMap(secret: string, importId: string, settled: ReadonlyMap<string, string>): IdMap {
  return (id) => {
    const old = id.toLowerCase();
    const known = settled.get(old);
    if (known) return known;
    const bytes = Buffer.from(old.replaceAll('-', ''), 'hex');
    createHmac('sha256', secret).update(`archive import ${importId}`).update(bytes).digest().copy(bytes, 8, 0, 8);
    bytes[8] = 0x80 | (bytes[8]! & 0x3f);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };
}
