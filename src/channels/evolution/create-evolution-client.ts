import type { TraceCall } from '#src/platform/tracing.ts';
import {
  type Answer,
  type CallEvolution,
  openServer,
  type Request,
  type Server,
  type WatchCalls,
} from './call-evolution.ts';
import { classifyCall, classifySend } from './classify-answer.ts';
import { describeAnswer, readErrorTexts } from './error-texts.ts';
import type {
  EvolutionClient,
  MediaMessage,
  MessageKey,
  SentMessage,
  Timeouts,
  VoiceMessage,
} from './evolution-client.ts';
import { integrating } from './integration-calls.ts';
import { multipartBody } from './multipart-body.ts';
import { accepted, mapAccepted, type Outcome, rejected } from './outcome.ts';
import {
  messageFilter,
  readConnection,
  readFile,
  readFoundMessages,
  readKnownInstance,
  readNumberChecks,
  readQr,
  readState,
  readStatuses,
  readStoredMessages,
  readVersion,
  readWebhook,
  spanFilter,
} from './read-answer.ts';

export const defaultTimeouts: Timeouts = {
  text: 65_000,
  media: 180_000,
  create: 30_000,
  connect: 15_000,
  control: 30_000,
  query: 20_000,
  file: 60_000,
};
const INSTANCE_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Opens a client of one Evolution server; `close` ends its connections. */
export function createEvolutionClient(
  options: Server & { timeouts?: Partial<Timeouts>; watch?: WatchCalls; trace?: TraceCall },
): EvolutionClient & { close(): void } {
  const { call, close } = openServer(options, options.watch, options.trace);
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  return {
    ...sending(call, timeouts),
    ...chatting(call, timeouts),
    ...controlling(call, timeouts),
    ...collecting(call, timeouts),
    ...asking(call, timeouts),
    ...integrating({ call, pathOf, timeouts }),
    close,
  };
}

/** `/verb/name`, its name one that cannot lead elsewhere. */
function pathOf(verb: string, instance: string): string {
  if (!INSTANCE_NAME.test(instance)) throw new Error('not an instance name of ours');
  return `/${verb}/${instance}`;
}

const isAnswer = (result: Answer | Outcome<never, never>): result is Answer => 'status' in result;
const digits = (number: string): string => number.replace(/^\+/, '');

async function send(call: CallEvolution, request: Request): Promise<Outcome<SentMessage>> {
  const result = await call(request);
  return isAnswer(result) ? classifySend(result) : result;
}

function sending(call: CallEvolution, timeouts: Timeouts) {
  const sendFile = (
    path: string,
    file: MediaMessage | VoiceMessage,
    fields: Record<string, string>,
    token?: string,
  ) => {
    const { content, fileName, mimeType, number, messageId } = file;
    const body = multipartBody(
      { number: digits(number), messageId, ...fields },
      { name: 'file', fileName, mimeType, content },
    );
    const { stream, headers, handedOver } = body;
    return send(call, {
      method: 'POST',
      path,
      body: stream,
      headers,
      handedOver,
      timeoutMs: timeouts.media,
      apiKey: token,
    });
  };
  return {
    sendText: (instance, { number, text, messageId, typingMs, quoted }, token) => {
      const body = {
        number: digits(number),
        text,
        messageId,
        ...(typingMs && { delay: Math.min(3000, typingMs) }),
        ...quoting(quoted),
      };
      return send(call, {
        method: 'POST',
        path: pathOf('message/sendText', instance),
        body,
        timeoutMs: timeouts.text,
        apiKey: token,
      });
    },
    async sendMedia(instance, message, token) {
      const { kind, fileName, mimeType, caption } = message;
      const path = pathOf('message/sendMedia', instance);
      const fields = { mediatype: kind, mimetype: mimeType, fileName, ...(caption && { caption }) };
      if (!message.quoted) return sendFile(path, message, fields, token);
      const body = await quotingBody(message, fields);
      return send(call, { method: 'POST', path, body, timeoutMs: timeouts.media, apiKey: token });
    },
    sendVoice: (instance, message, token) =>
      sendFile(pathOf('message/sendWhatsAppAudio', instance), message, {}, token),
    sendReaction: (instance, { to, emoji }, token) =>
      send(call, {
        method: 'POST',
        path: pathOf('message/sendReaction', instance),
        body: { key: to, reaction: emoji },
        timeoutMs: timeouts.text,
        apiKey: token,
      }),
  } satisfies Partial<EvolutionClient>;
}

/** A medium as text: in a form, Evolution would take the quote for a string and refuse it. */
async function quotingBody({ number, messageId, content, quoted }: MediaMessage, fields: object): Promise<object> {
  const media = Buffer.from(await content.arrayBuffer()).toString('base64');
  return { number: digits(number), messageId, ...fields, media, ...quoting(quoted) };
}

const quoting = (key: MessageKey | undefined) => (key ? { quoted: { key } } : {});

async function ask(call: CallEvolution, request: Request): Promise<Outcome<unknown>> {
  const result = await call(request);
  return isAnswer(result) ? classifyCall(result) : result;
}

/** Like `ask`, for calls that are done when Evolution says there was nothing to do. */
async function settle(
  call: CallEvolution,
  request: Request,
  alreadyDone: (answer: Answer) => boolean,
): Promise<Outcome<void>> {
  const result = await call(request);
  if (!isAnswer(result)) return result;
  return alreadyDone(result) ? accepted(undefined) : mapAccepted(classifyCall(result), () => {});
}

const says = ({ body }: Answer, pattern: RegExp): boolean =>
  readErrorTexts(body).texts.some((text) => pattern.test(text));

function controlling(call: CallEvolution, timeouts: Timeouts) {
  const { create, connect, control } = timeouts;
  return {
    async create({ name, token, number, webhook }) {
      pathOf('instance/create', name);
      const body = {
        instanceName: name,
        integration: 'WHATSAPP-BAILEYS',
        token,
        qrcode: true,
        groupsIgnore: true,
        ...(number && { number: digits(number) }),
        webhook: { enabled: true, ...webhook, byEvents: false, base64: false },
      };
      const result = await call({ method: 'POST', path: '/instance/create', body, timeoutMs: create });
      if (!isAnswer(result)) return result;
      if (result.status === 403 && says(result, /already in use/))
        return rejected('name-taken' as const, describeAnswer(result.status, result.body));
      return mapAccepted(classifyCall(result), (answer) => ({ qr: readQr((answer as { qrcode?: unknown })?.qrcode) }));
    },
    async connect(instance, number) {
      const query = number ? { number: digits(number) } : undefined;
      const path = pathOf('instance/connect', instance);
      return mapAccepted(await ask(call, { method: 'GET', path, query, timeoutMs: connect }), readConnection);
    },
    logout: (instance) =>
      settle(
        call,
        { method: 'DELETE', path: pathOf('instance/logout', instance), timeoutMs: control },
        (answer) => answer.status === 400 && says(answer, /is not connected/),
      ),
    delete: (instance) =>
      settle(
        call,
        { method: 'DELETE', path: pathOf('instance/delete', instance), timeoutMs: control },
        (answer) => answer.status === 404 && says(answer, /does not exist/),
      ),
    async setWebhook(instance, webhook) {
      const body = { webhook: { enabled: true, ...webhook, byEvents: false, base64: false } };
      const path = pathOf('webhook/set', instance);
      return mapAccepted(await ask(call, { method: 'POST', path, body, timeoutMs: control }), () => {});
    },
  } satisfies Partial<EvolutionClient>;
}

function chatting(call: CallEvolution, { control }: Timeouts) {
  const done = async (method: 'POST' | 'DELETE', path: string, body: unknown, timeoutMs = control) =>
    mapAccepted(await ask(call, { method, path, body, timeoutMs }), () => {});
  return {
    deleteForEveryone: (instance, key) => done('DELETE', pathOf('chat/deleteMessageForEveryone', instance), key),
    markAsRead: (instance, readMessages) => done('POST', pathOf('chat/markMessageAsRead', instance), { readMessages }),
    showPresence(instance, { number, presence, forMs }) {
      const body = { number: digits(number), presence, delay: forMs };
      return done('POST', pathOf('chat/sendPresence', instance), body, control + forMs);
    },
  } satisfies Partial<EvolutionClient>;
}

/** base64 is a third longer, and there is a little around it. */
const asJson = (bytes: number): number => Math.ceil((bytes * 4) / 3) + 64 * 1024;

const hasNoFile = (answer: Answer): boolean =>
  answer.status === 400 && says(answer, /^(Message not found|The message is not of the media type)/);

function collecting(call: CallEvolution, { query, file }: Timeouts) {
  return {
    async storedMessages(instance, span) {
      const path = pathOf('chat/findMessages', instance);
      return mapAccepted(
        await ask(call, { method: 'POST', path, body: spanFilter(span), timeoutMs: query }),
        readStoredMessages,
      );
    },
    async fetchFile(instance, id, limitBytes) {
      const path = pathOf('chat/getBase64FromMediaMessage', instance);
      const body = { message: { key: { id } }, convertToMp4: false };
      const result = await call({ method: 'POST', path, body, timeoutMs: file, answerLimitBytes: asJson(limitBytes) });
      if (!isAnswer(result))
        return result.kind === 'unknown' && result.reason === 'answer-too-large' ? accepted('too-large') : result;
      return hasNoFile(result)
        ? accepted('missing')
        : mapAccepted(classifyCall(result), (found) => readFile(found, limitBytes));
    },
  } satisfies Partial<EvolutionClient>;
}

function asking(call: CallEvolution, { query }: Timeouts) {
  const get = (verb: string, instance: string) =>
    ask(call, { method: 'GET', path: pathOf(verb, instance), timeoutMs: query });
  const post = (verb: string, instance: string, body: unknown) =>
    ask(call, { method: 'POST', path: pathOf(verb, instance), body, timeoutMs: query });
  return {
    connectionState: async (instance) => mapAccepted(await get('instance/connectionState', instance), readState),
    async fetchInstance(instance) {
      pathOf('', instance);
      const path = '/instance/fetchInstances';
      const outcome = await ask(call, { method: 'GET', path, query: { instanceName: instance }, timeoutMs: query });
      if (outcome.kind === 'rejected' && outcome.reason === 'instance-missing') return accepted(null);
      return mapAccepted(outcome, (body) => readKnownInstance(body, instance));
    },
    findWebhook: async (instance) => mapAccepted(await get('webhook/find', instance), readWebhook),
    findMessages: async (instance, what) =>
      mapAccepted(await post('chat/findMessages', instance, messageFilter(what)), readFoundMessages),
    findStatusMessage: async (instance, providerMessageId) =>
      mapAccepted(await post('chat/findStatusMessage', instance, { where: { id: providerMessageId } }), readStatuses),
    whatsappNumbers: async (instance, numbers) =>
      mapAccepted(await post('chat/whatsappNumbers', instance, { numbers: numbers.map(digits) }), readNumberChecks),
    serverVersion: async () =>
      mapAccepted(await ask(call, { method: 'GET', path: '/', timeoutMs: query }), readVersion),
    verifyCredentials: async () =>
      mapAccepted(await ask(call, { method: 'POST', path: '/verify-creds', body: {}, timeoutMs: query }), () => {}),
  } satisfies Partial<EvolutionClient>;
}
