import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { Text } from '#src/platform/language.ts';
import { invalid, Problem } from '#src/platform/problem.ts';

export type Upload<F> = { fileName: string | undefined; file: F };

/** Takes in one field besides the file; answers what is wrong with it. `unknown-field`: there is none of that name. */
export type TakeField = (name: string | undefined, value: string) => Problem | 'unknown-field' | null;

/** A field that is longer is cut off. */
export const FIELD_SIZE = 300;
const LIMITS = { files: 1, headerPairs: 20, headerSize: 16 * 1024 };

export type FormReader<F> = {
  receive: (content: Readable) => Promise<F>;
  /** Undoes `receive` when the rest of the form turns out wrong. */
  discard: (file: F) => Promise<void>;
  takeField: TakeField;
  mostFields?: number;
};

/**
 * Reads a form with one `file` and perhaps other fields, handing the file's bytes to `receive` while they arrive.
 * Throws `invalid-request` for any other form, and stops reading at the first thing wrong.
 */
export async function readUpload<F>(
  request: Request,
  { receive, discard, takeField, mostFields = 5 }: FormReader<F>,
): Promise<Upload<F>> {
  const form = openForm(request, mostFields);
  const stop = new AbortController();
  let failure: unknown;
  let arriving: Readable | undefined;
  const fail = (error: unknown) => {
    failure ??= error;
    stop.abort();
    arriving?.destroy(stop.signal.reason);
  };
  let fileName: string | undefined;
  let receiving: Promise<F | undefined> | undefined;
  // Browsers write a quote and line ends in a name so: https://html.spec.whatwg.org/#multipart-form-data
  form.on('file', (field, content, name) => {
    fileName = name?.replace(/%(?:22|0D|0A)/gi, decodeURIComponent);
    arriving = content.on('error', (error) => error.name === 'AbortError' || fail(brokenForm(error)));
    if (field !== 'file') fail(unknownField(field));
    receiving = receive(content).catch((error) => void fail(error));
  });
  form.on('field', (field, value) => {
    const wrong = field === 'file' ? notAFile() : takeField(field, value);
    if (wrong) fail(wrong === 'unknown-field' ? unknownField(field) : wrong);
  });
  for (const event of ['filesLimit', 'partsLimit', 'fieldsLimit'] as const) form.on(event, () => fail(oneFileOnly()));
  await pipeline(bodyOf(request), form, { signal: stop.signal }).catch((error) => fail(brokenForm(error)));
  const file = await receiving;
  if (failure === undefined && file !== undefined) return { fileName, file };
  if (file !== undefined) await discard(file);
  throw failure ?? missingFile();
}

function openForm(request: Request, mostFields: number): BusboyInstance {
  const limits = { ...LIMITS, fields: mostFields, parts: mostFields + 1, fieldSize: FIELD_SIZE };
  try {
    return new Busboy({ headers: { 'content-type': request.headers.get('content-type') ?? '' }, limits });
  } catch (error) {
    throw brokenForm(error);
  }
}

const bodyOf = (request: Request): Readable =>
  request.body ? Readable.fromWeb(request.body as ReadableStream) : Readable.from([]);

const brokenForm = (cause: unknown): Problem => {
  const message: Text = { en: 'The form is broken or incomplete', tr: 'Form bozuk ya da eksik' };
  return new Problem('invalid-request', { errors: [{ path: 'body', message }], cause });
};

const missingFile = () => invalid('file', { en: 'Send a file', tr: 'Bir dosya gönderin' });
const notAFile = () =>
  invalid('file', {
    en: 'Send this field as a file, with a file name',
    tr: 'Bu alanı dosya olarak, dosya adıyla gönderin',
  });
const oneFileOnly = () => invalid('file', { en: 'Send one file at a time', tr: 'Her seferinde bir dosya gönderin' });
const unknownField = (field: string | undefined) =>
  invalid(field ?? 'body', { en: 'Unknown field', tr: 'Bilinmeyen alan' });
