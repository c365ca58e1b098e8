import type { OrgContext } from '#src/context.ts';
import { countSegments, type Segments } from './count-segments.ts';
import { strangeCharacters, tidyText } from './fit-text.ts';
import { priceOfSegment } from './price-of-segment.ts';

export type SmsPreview = Segments & {
  /** As it goes out. */
  text: string;
  credits: number;
  /** Whether all of its characters can be sent. */
  sendable: boolean;
};

/** How many SMS a text is with the carrier we have, what that costs, and which characters make it dear or impossible. */
export async function previewSms(ctx: OrgContext, given: string): Promise<SmsPreview> {
  const text = tidyText(given);
  const counted = countSegments(text, { turkish: ctx.sms?.turkish ?? true });
  const sendable = ctx.sms?.unicode !== false || strangeCharacters(given).length === 0;
  return { text, ...counted, credits: counted.segments * (await priceOfSegment(ctx)), sendable };
}
