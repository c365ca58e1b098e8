import { addMinutes, type Span } from './appointment.ts';

type Wish = { durationMinutes: number; bufferMinutes: number; stepMinutes: number };

const GRID = 5 * 60_000;

/**
 * Where an appointment fits: inside `open`, and with its buffer clear of `busy` (each of these with its own). Both ordered and
 * without overlaps. Slots begin at a multiple of five minutes, one step apart.
 */
export function freeSlots(open: Span[], busy: Span[], { durationMinutes, bufferMinutes, stepMinutes }: Wish): Span[] {
  const slots: Span[] = [];
  let first = 0;
  for (const piece of open) {
    let at = new Date(Math.ceil(piece.startsAt.getTime() / GRID) * GRID);
    for (;;) {
      const endsAt = addMinutes(at, durationMinutes);
      if (endsAt > piece.endsAt) break;
      while (busy[first] && busy[first]!.endsAt <= at) first++;
      const next = busy[first];
      if (next && next.startsAt < addMinutes(endsAt, bufferMinutes))
        at = new Date(Math.ceil(next.endsAt.getTime() / GRID) * GRID);
      else {
        slots.push({ startsAt: at, endsAt });
        at = addMinutes(at, stepMinutes);
      }
    }
  }
  return slots;
}
