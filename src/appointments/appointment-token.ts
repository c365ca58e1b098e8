import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { appointments } from '#src/db/schema/appointments.ts';

/** Which appointment a link is about, and what it said of it: a number that changes with its time, place and people. */
export type AppointmentToken = { appointmentId: string; edition: number };

const FORMAT = 1;
const UUID_BYTES = 16;
const HEAD_BYTES = 1 + UUID_BYTES + 3;
const MAC_BYTES = 12;
const LARGEST = 0xff_ff_ff;

const macOf = (secret: string, bytes: Uint8Array): Buffer =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', secret, '', 'ulak appointment link', 32)))
    .update(bytes)
    .digest()
    .subarray(0, MAC_BYTES);

/** Opaque, safe in a URL, and short, for it stands in an SMS: 43 characters. What it is still good for, the appointment tells. */
export function signAppointmentToken(secret: string, { appointmentId, edition }: AppointmentToken): string {
  const bytes = Buffer.alloc(HEAD_BYTES + MAC_BYTES);
  bytes.writeUInt8(FORMAT, 0);
  bytes.write(appointmentId.replaceAll('-', ''), 1, 'hex');
  bytes.writeUIntBE(edition & LARGEST, 1 + UUID_BYTES, 3);
  macOf(secret, bytes.subarray(0, HEAD_BYTES)).copy(bytes, HEAD_BYTES);
  return bytes.toString('base64url');
}

/** Null: none of ours, by this secret or a former one. */
export function readAppointmentToken(
  secret: string,
  token: string,
  former: readonly string[] = [],
): AppointmentToken | null {
  const bytes = Buffer.from(token.slice(0, 100), 'base64url');
  if (bytes.length !== HEAD_BYTES + MAC_BYTES || bytes.toString('base64url') !== token || bytes[0] !== FORMAT)
    return null;
  const head = bytes.subarray(0, HEAD_BYTES);
  const mac = bytes.subarray(HEAD_BYTES);
  if (![secret, ...former].some((one) => timingSafeEqual(macOf(one, head), mac))) return null;
  const hex = bytes.toString('hex', 1, 1 + UUID_BYTES);
  return {
    appointmentId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    edition: bytes.readUIntBE(1 + UUID_BYTES, 3),
  };
}

type Told = Pick<
  typeof appointments.$inferSelect,
  'startsAt' | 'endsAt' | 'timeZone' | 'consultantId' | 'title' | 'place' | 'link'
>;

/** The same as long as whoever reads the link is asked about the same thing; its status is not part of it. */
export function editionOf({ startsAt, endsAt, timeZone, consultantId, title, place, link }: Told): number {
  const told = JSON.stringify([startsAt.getTime(), endsAt.getTime(), timeZone, consultantId, title, place, link]);
  return createHash('sha256').update(told).digest().readUIntBE(0, 3);
}
