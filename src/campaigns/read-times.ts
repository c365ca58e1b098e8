import type { AppContext } from '#src/context.ts';
import { invalid } from '#src/platform/problem.ts';
import { nextOpening, type SendingWindow } from '#src/windows/sending-window.ts';

export type Times = {
  /** What was asked for. */
  startAt: Date;
  /** The first open instant from there. */
  startsAt: Date;
  /** Whoever was not written to by then is not any more; null: no end. */
  validUntil: Date | null;
};
/** Instants as the caller wrote them; `startAt` null: now. */
type Given = { startAt: string | null; validUntil?: string | null | undefined };

const LATEST_START_DAYS = 366;

/** When a campaign starts and until when it is good; throws a 400 for times at which nobody could be written to. */
export function readTimes(ctx: AppContext, window: SendingWindow, given: Given): Times {
  const now = ctx.clock.now();
  const startAt = given.startAt === null ? now : new Date(given.startAt);
  if (startAt.getTime() > now.getTime() + LATEST_START_DAYS * 86_400_000)
    throw invalid('startAt', { en: 'At most a year ahead', tr: 'En çok bir yıl sonrası olabilir' });
  const startsAt = nextOpening(window, startAt > now ? startAt : now);
  if (!startsAt)
    throw invalid('startAt', { en: 'Your sending window never opens', tr: 'Gönderim saatleriniz hiç açılmıyor' });
  const validUntil = given.validUntil ? new Date(given.validUntil) : null;
  if (validUntil && validUntil <= startsAt)
    throw invalid('validUntil', {
      en: `After the first message, which goes out at ${startsAt.toISOString()}`,
      tr: `İlk mesajın gideceği andan (${startsAt.toISOString()}) sonra olmalı`,
    });
  return { startAt, startsAt, validUntil };
}
