import type { IncomingMessage } from 'node:http';
import { Busboy } from '@fastify/busboy';
import { EvolutionError } from './evolution-error.ts';
import { digestStream, type UploadedFile } from './media.ts';
import type { SimulatorContext } from './simulator-context.ts';

export type Fields = Record<string, unknown>;

export interface RequestBody {
  fields: Fields;
  file?: UploadedFile;
}

/** A JSON body, or an empty object when there is none; malformed JSON is Evolution's odd 400. */
export async function readJson(c: SimulatorContext): Promise<Fields> {
  const text = await c.req.text();
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Fields) : {};
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new EvolutionError(400, { status: 400, error: 'Internal Server Error', response: { message } });
  }
}

function readMultipart(incoming: IncomingMessage): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const fields: Fields = {};
    const files: Promise<UploadedFile>[] = [];
    const parser = new Busboy({
      headers: { ...incoming.headers, 'content-type': incoming.headers['content-type'] ?? '' },
    });
    parser.on('field', (name, value) => {
      fields[name] = value;
    });
    parser.on('file', (_name, stream, fileName, _encoding, mimetype) => {
      files.push(digestStream(stream).then((digest) => ({ ...digest, fileName, mimetype })));
    });
    parser.on('error', reject);
    parser.on('finish', () => {
      Promise.all(files).then(([file]) => resolve(file ? { fields, file } : { fields }), reject);
    });
    incoming.pipe(parser);
  });
}

/** JSON or multipart; multipart fields are strings, so an integer `delay` fails its check as in Evolution. */
export async function readBody(c: SimulatorContext): Promise<RequestBody> {
  const type = c.req.header('content-type') ?? '';
  if (type.startsWith('multipart/form-data')) return readMultipart(c.env.incoming);
  return { fields: await readJson(c) };
}
