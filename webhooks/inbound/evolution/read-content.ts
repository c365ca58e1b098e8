import type { Content } from '#src/conversations/inbound.ts';
import { type Bag, bag, bags, count, string } from './json.ts';
import { readContacts } from './read-contacts.ts';
import { readFile } from './read-file.ts';

/** What only wraps a message: disappearing, to be seen once, edited, sent from another device. */
const WRAPPERS = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
  'deviceSentMessage',
  'groupMentionedMessage',
  'associatedChildMessage',
  'lottieStickerMessage',
  'botInvokeMessage',
];
/** Nothing that a person says: keys, settings, pins, the frame around several pictures. */
const SILENT = new Set([
  'messageContextInfo',
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
  'protocolMessage',
  'albumMessage',
  'pinInChatMessage',
  'keepInChatMessage',
  'encEventResponseMessage',
  'contextInfo',
  'mediaUrl',
  'base64',
]);
const MOST_WRAPPERS = 8;

type Read = Partial<Content> & Pick<Content, 'kind'>;
type Reader = (part: Bag, message: Bag) => Read;

const said = (body: unknown, content: Record<string, unknown> | null = null): Read => ({
  kind: 'text',
  body: string(body),
  content,
});

const pressed = (id: unknown, text: unknown): Read =>
  said(string(text) ?? string(id), { button: { id: string(id), text: string(text) } });

function readNativeAnswer(part: Bag): Read {
  const { name, paramsJson } = bag(part.nativeFlowResponseMessage);
  return said(bag(part.body).text ?? name, { button: { id: string(name), answer: string(paramsJson) } });
}

const readList = (part: Bag): Read =>
  said(part.title, {
    list: {
      rowId: string(bag(part.singleSelectReply).selectedRowId),
      title: string(part.title),
      description: string(part.description),
    },
  });

const readLocation: Reader = (part) => ({
  kind: 'location',
  body: string(part.caption) ?? string(part.comment),
  content: {
    latitude: count(part.degreesLatitude),
    longitude: count(part.degreesLongitude),
    name: string(part.name),
    address: string(part.address),
  },
});

const readReaction: Reader = (part) => ({
  kind: 'reaction',
  body: string(part.text),
  content: { emoji: string(part.text) },
  inReplyTo: string(bag(part.key).id),
});

const readPoll: Reader = (part) => ({
  kind: 'poll',
  body: string(part.name),
  content: {
    options: bags(part.options).flatMap((option) => string(option.optionName) ?? []),
    selectableCount: count(part.selectableOptionsCount),
  },
});

const readVote: Reader = (part) => ({ kind: 'poll', inReplyTo: string(bag(part.pollCreationMessageKey).id) });

/** By the word that Baileys has for it. */
const readers: Record<string, Reader> = {
  extendedTextMessage: (part) => said(part.text),
  buttonsResponseMessage: (part) => pressed(part.selectedButtonId, part.selectedDisplayText),
  templateButtonReplyMessage: (part) => pressed(part.selectedId, part.selectedDisplayText),
  interactiveResponseMessage: readNativeAnswer,
  listResponseMessage: readList,
  buttonsMessage: (part) => said(part.contentText),
  listMessage: (part) => said(part.description ?? part.title),
  interactiveMessage: (part) => said(bag(part.body).text),
  templateMessage: (part) => said(bag(part.hydratedTemplate ?? part.hydratedFourRowTemplate).hydratedContentText),
  imageMessage: (part) => readFile('image', part),
  videoMessage: (part) => readFile('video', part),
  ptvMessage: (part) => readFile('video', part, { round: true }),
  audioMessage: (part) => readFile(part.ptt === true ? 'voice' : 'audio', part),
  documentMessage: (part) => readFile('document', part),
  stickerMessage: (part) => readFile('sticker', part),
  locationMessage: (part, message) => {
    const read = readLocation(part, message);
    return part.isLive === true ? { ...read, content: { ...read.content, live: true } } : read;
  },
  liveLocationMessage: (part, message) => {
    const read = readLocation(part, message);
    return { ...read, content: { ...read.content, live: true } };
  },
  contactMessage: (part) => readContacts([part]),
  contactsArrayMessage: (part) => readContacts(bags(part.contacts)),
  reactionMessage: readReaction,
  pollCreationMessage: readPoll,
  pollCreationMessageV2: readPoll,
  pollCreationMessageV3: readPoll,
  pollCreationMessageV5: readPoll,
  pollUpdateMessage: readVote,
};

/** The message within its wrappers, and what they tell of it. */
export function unwrap(given: unknown): { message: Bag; once: boolean } {
  let message = bag(given);
  let once = false;
  for (let level = 0; level < MOST_WRAPPERS; level++) {
    const wrapper = WRAPPERS.find((name) => bag(message[name]).message);
    if (!wrapper) break;
    once ||= wrapper.startsWith('viewOnce');
    message = bag(bag(message[wrapper]).message);
  }
  return { message, once };
}

/** What a message says; null when it says nothing. What we have no word for is `unsupported`, and named. */
export function readContent(given: unknown, outerContext: unknown): Content | null {
  const { message, once } = unwrap(given);
  const read = readKind(message);
  if (!read) return null;
  const [part] = Object.values(message).filter((value) => bag(value).contextInfo);
  const quoted =
    string(bag(bag(part).contextInfo).stanzaId) ?? string(bag(outerContext ?? message.contextInfo).stanzaId);
  const content = { ...read.content, ...(once && { viewOnce: true }) };
  return {
    kind: read.kind,
    body: read.body ?? null,
    content: Object.keys(content).length === 0 ? null : content,
    inReplyTo: read.inReplyTo ?? quoted,
    attached: read.attached ?? false,
  };
}

function readKind(message: Bag): Read | null {
  if (string(message.conversation) !== null) return said(message.conversation);
  const words = Object.keys(message).filter((word) => !SILENT.has(word));
  const known = words.find((word) => readers[word]);
  if (known) return readers[known]!(bag(message[known]), message);
  const [unknown] = words.filter((word) => message[word] !== null && word !== 'conversation');
  return unknown === undefined ? null : { kind: 'unsupported', content: { type: unknown } };
}

/** The text of an edited message: typed, or a caption. */
export function readText(given: unknown): string | null {
  const { message } = unwrap(given);
  const inner = bag(message.protocolMessage).editedMessage;
  return inner ? readText(inner) : (readKind(message)?.body ?? null);
}
