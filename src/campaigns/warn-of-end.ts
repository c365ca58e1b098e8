import type { Warning } from './quote-campaign.ts';

/** Says so when not everybody can be written to in time. */
export function warnOfEnd(validUntil: Date | null, endsAtEstimate: Date | null): Warning[] {
  if (!validUntil || (endsAtEstimate && endsAtEstimate <= validUntil)) return [];
  const en = 'Not everybody can be written to before validUntil; the rest would be skipped';
  const tr = 'validUntil anına kadar herkese yazılamaz; kalanlar atlanır';
  return [{ code: 'ends-before-everybody', detail: { en, tr } }];
}
