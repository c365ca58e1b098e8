import type { Text } from '#src/platform/language.ts';
import type { Reader } from '#src/platform/time.ts';
import { appointmentWords, campaignWords, factWords, recordWords } from './entry-words.ts';
import type { Entry } from './timeline.ts';

const words: Record<string, (entry: Entry, reader: Reader) => Text> = {
  ...recordWords,
  ...factWords,
  ...campaignWords,
  ...appointmentWords,
};

/** What an entry says, in the words of its reader; who did it stands in front, where somebody of ours did. */
export function describeEntry(entry: Entry, reader: Reader): string {
  const text = (words[entry.event] ?? unknown)(entry, reader)[reader.language];
  return entry.actorName ? `${entry.actorName}: ${text}` : text;
}

/** Something that another room has begun to write down since. */
const unknown = ({ event }: Entry): Text => ({
  en: `Customer: ${event.slice(event.indexOf('.') + 1).replaceAll('-', ' ')}`,
  tr: `Müşteri: ${event.slice(event.indexOf('.') + 1).replaceAll('-', ' ')}`,
});
