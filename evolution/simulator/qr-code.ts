import { randomBytes } from 'node:crypto';
import QRCode from 'qrcode';
import { pairingCode } from './randomness.ts';

/** What connect and create answer while an instance waits to be paired. */
export interface QrCode {
  pairingCode: string | null;
  code: string;
  base64: string;
  count: number;
}

/** A fresh code with a PNG that a phone camera reads (WhatsApp would refuse what it says). */
export async function createQrCode(count: number, pairing: QrCode['pairingCode'] | 'new'): Promise<QrCode> {
  const part = () => randomBytes(32).toString('base64');
  const code = `2@SIMULATED${randomBytes(24).toString('base64')},${part()},${part()},${part()}`;
  const base64 = await QRCode.toDataURL(code, { margin: 3, scale: 4, errorCorrectionLevel: 'H' });
  return { pairingCode: pairing === 'new' ? pairingCode() : pairing, code, base64, count };
}
