import type { Call } from '#test/support/cast.ts';

export type UploadOptions = { name?: string; type?: string; voiceNote?: string; headers?: Record<string, string> };

/** POST /v1/media with one file; declared as whatever `type` says. */
export function upload(call: Call, content: Uint8Array | string, options: UploadOptions = {}): Promise<Response> {
  const form = new FormData();
  const bytes = typeof content === 'string' ? content : Uint8Array.from(content);
  form.set('file', new File([bytes], options.name ?? 'file.bin', { type: options.type ?? 'application/octet-stream' }));
  if (options.voiceNote !== undefined) form.set('voiceNote', options.voiceNote);
  return call('POST', '/v1/media', form, options.headers);
}

export const BOUNDARY = 'x-ulak-x';
export const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

/** The beginning of a form whose file follows byte by byte. */
export const formStart = (name = 'file.bin') =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
export const formEnd = `\r\n--${BOUNDARY}--\r\n`;

/** A form that streams `head` and then `chunks` pieces, made when they are asked for; `pulled` counts them. */
export function streamedForm(head: Uint8Array, piece: Uint8Array, chunks: number) {
  const state = { pulled: 0 };
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.concat([Buffer.from(formStart()), head])),
    pull(controller) {
      if (state.pulled++ < chunks) return controller.enqueue(piece);
      controller.enqueue(Buffer.from(formEnd));
      controller.close();
    },
  });
  return { body, state };
}
