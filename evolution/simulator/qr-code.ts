import { randomBytes } from 'node:crypto';
import QRCode, { type QRCodeToDataURLOptionsJpegWebp } from 'qrcode';
import { pairingCode } from './randomness.ts';

/** What connect and create answer while an instance waits to be paired. */
export interface QrCode {
  pairingCode: string | null;
  code: string;
  base64: string;
  count: number;
}

/** Gray and unfiltered: codes are drawn far more often than looked at. */
const CHEAP = { colorType: 0, filterType: 0 } as QRCodeToDataURLOptionsJpegWebp['rendererOpts'];

/** A fresh code with a PNG that a phone camera reads (WhatsApp would refuse what it says). */
export async function createQrCode(count: number, pairing: QrCode['pairingCode'] | 'new'): Promise<QrCode> {
  const part = () => randomBytes(32).toString('base64');
  const code = `2@SIMULATED${randomBytes(24).toString('base64')},${part()},${part()},${part()}`;
  const base64 = await QRCode.toDataURL(code, { margin: 3, scale: 4, rendererOpts: CHEAP });
  return { pairingCode: pairing === 'new' ? pairingCode() : pairing, code, base64, count };
}
