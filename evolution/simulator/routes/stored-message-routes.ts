import { Buffer } from 'node:buffer';
import type { Hono } from 'hono';
import { deleteForEveryone, editMessage } from '#evolution/simulator/amend-message.ts';
import { badRequest } from '#evolution/simulator/evolution-error.ts';
import { guardInstance } from '#evolution/simulator/guards.ts';
import type { Instance } from '#evolution/simulator/instance.ts';
import type { MessageRow } from '#evolution/simulator/message-row.ts';
import { deleteMessageSchema, updateMessageSchema } from '#evolution/simulator/message-schemas.ts';
import { type Fields, readJson } from '#evolution/simulator/request-body.ts';
import { sampleFile } from '#evolution/simulator/sample-files.ts';
import { checkSchema } from '#evolution/simulator/schema-check.ts';
import { answer, type SimulatorEnv } from '#evolution/simulator/simulator-context.ts';
import { findChats, findContacts, findMessages, findStatusMessage } from '#evolution/simulator/stored-messages.ts';
import type { World } from '#evolution/simulator/world.ts';

const queries: Record<string, (instance: Instance, fields: Fields) => unknown> = {
  findMessages,
  findStatusMessage,
  findChats,
  findContacts,
};

/** Media that was sent is never kept, so every answer about it carries this one-pixel PNG. */
const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const size = (bytes: number) => ({ fileLength: { low: bytes, high: 0, unsigned: true }, height: 1, width: 1 });

function mediaOf(instance: Instance, fields: Fields): Record<string, unknown> {
  const { key } = (fields.message ?? {}) as { key?: { id?: string } };
  const row = instance.messages.byKeyId(key?.id ?? '');
  if (!row) throw badRequest('Message not found');
  if (row.content.kind !== 'media') return inboundMediaOf(row, row.content);
  const { media, mimetype, fileName, caption } = row.content;
  return {
    mediaType: `${media}Message`,
    fileName: fileName ?? `${row.key.id}.bin`,
    caption: caption ?? null,
    size: size(row.content.size),
    mimetype,
    base64: onePixel,
    buffer: null,
  };
}

/** What came in is as it was given, or the smallest file of its kind. */
function inboundMediaOf(row: MessageRow, { message }: { message: Record<string, unknown> }): Record<string, unknown> {
  const [wrapper] = Object.values(message) as { message?: Record<string, unknown> }[];
  const [mediaType = '', part] = Object.entries(wrapper?.message ?? message)[0] ?? [];
  const sample = sampleFile(mediaType);
  if (!sample) throw badRequest('The message is not of the media type');
  const { caption, fileName, mimetype } = part as { caption?: string; fileName?: string; mimetype: string };
  return {
    mediaType,
    fileName: fileName ?? `${row.key.id}.${sample.fileName.split('.').at(-1)}`,
    caption: caption ?? null,
    size: size(row.file === undefined ? sample.bytes.length : Buffer.byteLength(row.file, 'base64')),
    mimetype,
    base64: row.file ?? sample.bytes.toString('base64'),
    buffer: null,
  };
}

export function addStoredMessageRoutes(app: Hono<SimulatorEnv>, world: World): void {
  for (const [name, query] of Object.entries(queries)) {
    app.post(`/chat/${name}/:instanceName`, async (c) => {
      const instance = guardInstance(world, c);
      return answer(c, 200, query(instance, await readJson(c)));
    });
  }
  app.post('/chat/getBase64FromMediaMessage/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    return answer(c, 201, mediaOf(instance, await readJson(c)));
  });
  app.post('/chat/updateMessage/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    const fields = await readJson(c);
    checkSchema(fields, updateMessageSchema);
    return answer(c, 200, editMessage(world, instance, fields));
  });
  app.delete('/chat/deleteMessageForEveryone/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    const fields = await readJson(c);
    checkSchema(fields, deleteMessageSchema);
    return answer(c, 201, deleteForEveryone(world, instance, fields));
  });
}
