export type MediaKind = 'image' | 'video' | 'document' | 'audio' | 'ptv' | 'sticker';

export interface Quote {
  participant: string;
  stanzaId: string;
  quotedMessage: unknown;
}

export interface MediaFacts {
  sha256: string;
  size: number;
  mimetype: string;
  fileName?: string;
}

/** What a message says. Media is remembered by hash and size only. */
export type MessageContent =
  | {
      kind: 'plain';
      messageType: string;
      message: Record<string, unknown>;
      context: 'beside' | 'both' | 'inside' | 'none';
      quote?: Quote;
    }
  | ({ kind: 'media'; media: MediaKind; caption?: string; quote?: Quote } & MediaFacts);

export interface RenderedContent {
  message: Record<string, unknown>;
  contextInfo?: Record<string, unknown>;
  messageType: string;
}

const twoDaysInSeconds = 172_800;

function long(low: number, unsigned: boolean): Record<string, unknown> {
  return { low, high: 0, unsigned };
}

/** Bytes as JSON.stringify shows a Uint8Array: an object with numeric keys. */
function byteObject(hex: string): Record<string, number> {
  return Object.fromEntries([...Buffer.from(hex.slice(0, 64), 'hex')].map((byte, index) => [index, byte]));
}

export function outgoingContext(timestamp: number, quote?: Quote, attributions = false): Record<string, unknown> {
  return {
    mentionedJid: [],
    groupMentions: [],
    ...(attributions ? { statusAttributions: [] } : {}),
    ephemeralSettingTimestamp: long(timestamp - twoDaysInSeconds, false),
    disappearingMode: { initiator: 0 },
    ...quote,
  };
}

const leadingFields: Partial<Record<MediaKind, Record<string, unknown>>> = {
  image: { interactiveAnnotations: [], scanLengths: [], annotations: [] },
  video: { interactiveAnnotations: [], annotations: [], processedVideos: [] },
  ptv: { interactiveAnnotations: [], annotations: [], processedVideos: [] },
};

function trailingFields(content: Extract<MessageContent, { kind: 'media' }>): Record<string, unknown> {
  if (content.media === 'image') return { height: 1, width: 1, jpegThumbnail: byteObject('ffd8ffdb') };
  if (content.media === 'video' || content.media === 'ptv') return { gifPlayback: false };
  if (content.media === 'audio') return { seconds: 1, ptt: true, waveform: byteObject('6363636363636363') };
  if (content.media === 'document') return { fileName: content.fileName };
  return {};
}

function renderMedia(
  content: Extract<MessageContent, { kind: 'media' }>,
  timestamp: number,
  inGroup: boolean,
): RenderedContent {
  const attributions = content.media === 'audio' || content.media === 'sticker';
  const contextInfo = inGroup ? undefined : outgoingContext(timestamp, content.quote, attributions);
  const messageType = `${content.media}Message`;
  const fields = {
    ...leadingFields[content.media],
    url: 'https://mmg.whatsapp.net/v/t62/simulated.enc',
    mimetype: content.mimetype,
    ...(content.caption === undefined ? {} : { caption: content.caption }),
    fileSha256: byteObject(content.sha256),
    fileLength: long(content.size, true),
    mediaKey: byteObject(content.sha256),
    fileEncSha256: byteObject(content.sha256),
    directPath: '/v/t62/simulated.enc',
    mediaKeyTimestamp: long(timestamp, false),
    ...trailingFields(content),
    ...(contextInfo ? { contextInfo } : {}),
  };
  return { message: { [messageType]: fields }, ...(contextInfo ? { contextInfo } : {}), messageType };
}

/** `inGroup` also covers broadcasts: those answers carry no contextInfo. */
export function renderContent(content: MessageContent, timestamp: number, inGroup: boolean): RenderedContent {
  if (content.kind === 'media') return renderMedia(content, timestamp, inGroup);
  const { message, messageType } = content;
  if (content.context === 'none' || inGroup) return { message, messageType };
  const contextInfo = outgoingContext(timestamp, content.quote);
  if (content.context === 'inside') {
    const messageContextInfo = { ...(message.messageContextInfo as Record<string, unknown>), contextInfo };
    return { message: { ...message, messageContextInfo }, messageType };
  }
  if (content.context === 'beside') return { message, contextInfo, messageType };
  const inner = { ...(message[messageType] as Record<string, unknown>), contextInfo };
  return { message: { ...message, [messageType]: inner }, contextInfo, messageType };
}
