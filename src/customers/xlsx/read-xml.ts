import { Parser } from 'htmlparser2';
import { ImportFailure } from '#src/customers/import-failure.ts';

export type XmlEvents = {
  /** Names come without the prefix of their namespace. */
  open(name: string, attributes: Record<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
};

/** Longer markup (one tag with its attributes) is refused: it would have to be held in memory. */
const LONGEST_TAG = 1024 * 1024;

/** Tells `events` what stands in the XML, and yields after each piece that was read. Entities that a file declares itself are left as they are. */
export async function* readXml(bytes: AsyncIterable<Buffer>, events: XmlEvents): AsyncGenerator<void> {
  const decoder = new TextDecoder('utf-8');
  let silent = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        silent = 0;
        events.open(local(name), attributes);
      },
      ontext(text) {
        silent = 0;
        events.text?.(text);
      },
      onclosetag(name) {
        silent = 0;
        events.close?.(local(name));
      },
    },
    { xmlMode: true },
  );
  for await (const chunk of bytes) {
    silent += chunk.length;
    parser.write(decoder.decode(chunk, { stream: true }));
    if (silent > LONGEST_TAG) throw new ImportFailure('broken-workbook');
    yield;
  }
  parser.end();
  yield;
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The same for what is small: reads it to its end. */
export async function readWholeXml(bytes: AsyncIterable<Buffer>, events: XmlEvents): Promise<void> {
  for await (const _ of readXml(bytes, events)) {
    // everything is told to `events`
  }
}
