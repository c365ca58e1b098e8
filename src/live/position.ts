/** How far a reader has come: everything up to this writing transaction and row. Also the id of a server-sent event. */
export type Position = { xid: number; id: number };

export const formatPosition = ({ xid, id }: Position): string => `${xid}-${id}`;

/** Null for what is no position of ours. */
export function parsePosition(text: string | null | undefined): Position | null {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(text ?? '');
  if (!match) return null;
  const [xid, id] = [Number(match[1]), Number(match[2])];
  return Number.isSafeInteger(xid) && Number.isSafeInteger(id) ? { xid, id } : null;
}
