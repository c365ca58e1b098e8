import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashStream } from '#src/platform/request-hash.ts';

const post = (content: Uint8Array, type: string, cuts: number[] = []) => {
  const places = [0, ...cuts.map((cut) => cut % (content.length + 1)).sort((a, b) => a - b), content.length];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let i = 1; i < places.length; i++) controller.enqueue(content.slice(places[i - 1], places[i]));
      controller.close();
    },
  });
  return new Request('http://x/', {
    method: 'POST',
    body,
    headers: { 'content-type': type },
    duplex: 'half',
  } as RequestInit);
};
const hash = (content: Uint8Array, type = 'text/csv', cuts: number[] = []) =>
  hashStream({}, post(content, type, cuts), 1e6).hash.readWhole();
const form = (boundary: string, content: string) =>
  Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${content}\r\n--${boundary}--\r\n`,
  );
const multipart = (boundary: string) => `multipart/form-data; boundary=${boundary}`;

describe('the hash of a body that streams', () => {
  it('is of its bytes, in whatever pieces they come; and they pass unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(60)), async (content, cuts) => {
        const { request, hash: seen } = hashStream({}, post(content, 'text/csv', cuts), 1e6);
        if (content.length > 0) expect(seen.whole()).toBeNull();
        expect(new Uint8Array(await request.arrayBuffer())).toEqual(content);
        expect(seen.whole()).toBe(await hash(content));
      }),
      { numRuns: 60 },
    );
  });

  it('of a form does not know the boundary, wherever it is cut; it knows one byte more or less', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 20 }), fc.array(fc.nat(200)), async (content, cuts) => {
        const one = await hash(form('xxA', content), multipart('xxA'), cuts);
        expect(await hash(form('"quoted-and-longer"'.slice(1, -1), content), multipart('"quoted-and-longer"'))).toBe(
          one,
        );
        expect(await hash(form('xxA', `${content}.`), multipart('xxA'))).not.toBe(one);
      }),
      { numRuns: 60 },
    );
  });

  it('is not there before the end, and another for another query or type', async () => {
    const { request, hash: seen } = hashStream({}, post(Buffer.from('abcdef'), 'text/csv', [2]), 1e6);
    await request.body!.getReader().read();
    expect(seen.whole()).toBeNull();
    const [a, b] = [{ q: '1' }, { q: '2' }].map((query) => hashStream(query, post(Buffer.from('a'), 'text/csv'), 9));
    expect(await a!.hash.readWhole()).not.toBe(await b!.hash.readWhole());
    expect(await hash(Buffer.from('a'), 'text/plain')).not.toBe(await hash(Buffer.from('a')));
  });

  it('413: what is too long is not read on', async () => {
    await expect(hashStream({}, post(Buffer.alloc(20), 'text/csv'), 10).hash.readWhole()).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});
