import { randomBytes, randomUUID } from 'node:crypto';
import { presentMessage } from './acceptance.ts';
import { emitWebhook } from './emit-webhook.ts';
import { badRequest, uncaught } from './evolution-error.ts';
import { refuseByFault, spoilAnswer } from './fault-effects.ts';
import { digitsOf, drawFault } from './faults.ts';
import type { Instance } from './instance.ts';
import { toJid } from './jid.ts';
import type { MessageContent } from './message-content.ts';
import { createMessageRow } from './message-row.ts';
import { checkButtons, checkReaction, vcard } from './outgoing.ts';
import { checkMediaSource } from './outgoing-media.ts';
import type { Fields, RequestBody } from './request-body.ts';
import { answer, type SimulatorContext } from './simulator-context.ts';
import { sleep } from './sleep.ts';
import type { World } from './world.ts';

function plain(messageType: string, message: Record<string, unknown>): MessageContent {
  return { kind: 'plain', messageType, message, context: 'none' };
}

function evolutionContent(verb: string, { fields, file }: RequestBody): MessageContent {
  if (verb === 'sendText') return plain('conversation', { conversation: fields.text });
  if (verb === 'sendWhatsAppAudio' && !file) throw uncaught('File or buffer is undefined.');
  if (verb === 'sendMedia' || verb === 'sendWhatsAppAudio') {
    const { kind, source } = checkMediaSource(verb, fields, file);
    return plain(`${kind}Message`, { mediaUrl: source.startsWith('http') ? source : null });
  }
  if (verb !== 'sendButtons') throw badRequest('Method not available on Evolution Channel');
  const { title, description, footer, buttons } = fields;
  return plain('buttonMessage', { title, description, footer, buttons });
}

function businessMedia(verb: string, { fields, file }: RequestBody): MessageContent {
  const { kind, source } = checkMediaSource(verb, fields, file);
  const media = source.startsWith('http')
    ? { media: source, id: source, type: 'link' }
    : { media: '', id: '900000000000010', type: 'id' };
  const fileName = fields.fileName ?? `${kind}.${{ image: 'png', video: 'mp4' }[kind as 'image'] ?? 'bin'}`;
  return plain(`${kind}Message`, {
    [`${kind}Message`]: {
      caption: fields.caption,
      fileName,
      mediaType: kind,
      ...media,
      gifPlayback: false,
      mimetype: fields.mimetype,
    },
  });
}

type ListSection = { title: string; rows: { title: string; description?: string }[] };

function listText({ title, sections }: Fields): string {
  const rows = (sections as ListSection[]).flatMap((section) => section.rows);
  if (rows.some((row) => row.description === undefined))
    throw uncaught("Cannot read properties of undefined (reading 'substring')");
  return `${title}\n${(sections as ListSection[]).map((one) => `${one.title}\n${one.rows.map((row) => `${row.title}\n`).join('')}`).join('')}`;
}

function businessContent(verb: string, body: RequestBody): MessageContent {
  const { fields } = body;
  if (verb === 'sendText' && !fields.text)
    throw badRequest("TypeError: Cannot read properties of undefined (reading 'message')");
  if (verb === 'sendText') {
    const quotedId = (fields.quoted as { key?: { id?: string } } | undefined)?.key?.id;
    return plain('conversation', {
      conversation: fields.text,
      ...(quotedId ? { contextInfo: { stanzaId: quotedId } } : {}),
    });
  }
  if (verb === 'sendMedia' || verb === 'sendWhatsAppAudio') return businessMedia(verb, body);
  if (verb === 'sendLocation') {
    const { latitude, longitude, name, address } = fields;
    return plain('locationMessage', {
      locationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, name, address },
    });
  }
  if (verb === 'sendContact') {
    const [first] = fields.contact as Parameters<typeof vcard>[0][];
    return plain('conversation', { contact: { displayName: first?.fullName, vcard: first ? vcard(first) : '' } });
  }
  if (verb === 'sendReaction')
    return plain('conversation', { reactionMessage: { key: fields.key, text: checkReaction(fields.reaction) } });
  if (verb === 'sendList') return plain('conversation', { conversation: listText(fields) });
  if (verb !== 'sendButtons') throw badRequest('Method not available on WhatsApp Business API');
  const labels = checkButtons(fields).map((button) => `▶️ ${button.displayText}\n`);
  return plain('conversation', { conversation: `${fields.title}\n${labels.join('')}` });
}

/** EVOLUTION and WHATSAPP-BUSINESS: stored, announced by `send.message`, and nothing more; no receipts. */
export async function sendPassively(
  world: World,
  instance: Instance,
  verb: string,
  body: RequestBody,
  c: SimulatorContext,
): Promise<Response> {
  const business = instance.record.integration === 'WHATSAPP-BUSINESS';
  const content = business ? businessContent(verb, body) : evolutionContent(verb, body);
  const number = String(body.fields.number ?? (body.fields.key as Fields | undefined)?.remoteJid);
  const call = { verb, instance: instance.record.name, number: digitsOf(number), isSend: true };
  const outcome = drawFault(world, call);
  const refusal = await refuseByFault(world, c, outcome);
  if (refusal) return refusal;
  if (!business && typeof body.fields.delay === 'number') await sleep(body.fields.delay);
  const row = createMessageRow({
    key: business
      ? { fromMe: true, id: `wamid.${randomBytes(18).toString('base64')}`, remoteJid: toJid(number) }
      : { fromMe: true, id: randomUUID(), remoteJid: number },
    pushName: null,
    content,
    timestamp: Math.round(Date.now() / 1000),
    source: 'unknown',
    status: business ? 'PENDING' : null,
    expectsReceipts: false,
  });
  instance.messages.add(row);
  const text = typeof body.fields.text === 'string' ? body.fields.text : null;
  const send = {
    at: new Date().toISOString(),
    instance: instance.record.name,
    number: digitsOf(number),
    jid: row.key.remoteJid,
    verb,
    text,
  };
  const record = { ...send, media: null, keyId: row.key.id, messageId: null, delayMs: null, shown: true };
  world.sendLog.record(record);
  world.journal.write({ line: 'message', instanceId: instance.record.id, row, send: record });
  void emitWebhook(world, instance, 'send.message', presentMessage(instance, row));
  return (await spoilAnswer(world, c, outcome)) ?? answer(c, 201, presentMessage(instance, row));
}
