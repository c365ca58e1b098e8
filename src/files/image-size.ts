export type ImageSize = { width: number; height: number };

const bytesOf = async (blob: Blob, start: number, length: number): Promise<DataView> =>
  new DataView(await blob.slice(start, start + length).arrayBuffer());

/** Reads width and height from the header, whatever the size of the file; null where there is none. */
export async function readImageSize(blob: Blob, mimeType: string): Promise<ImageSize | null> {
  const size = mimeType === 'image/png' ? await readPngSize(blob) : await readJpegSize(blob);
  return size && size.width > 0 && size.height > 0 ? size : null;
}

/** https://www.w3.org/TR/png-3/#11IHDR */
async function readPngSize(blob: Blob): Promise<ImageSize | null> {
  const header = await bytesOf(blob, 0, 24);
  if (header.byteLength < 24 || header.getUint32(12) !== 0x49484452) return null;
  return { width: header.getUint32(16), height: header.getUint32(20) };
}

const MOST_SEGMENTS = 1000;

/** Walks the segments to the frame header. https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.2.2 */
async function readJpegSize(blob: Blob): Promise<ImageSize | null> {
  let at = 2;
  for (let segments = 0; segments < MOST_SEGMENTS; segments++) {
    const segment = await bytesOf(blob, at, 9);
    if (segment.byteLength < 9 || segment.getUint8(0) !== 0xff) return null;
    const marker = segment.getUint8(1);
    if (isFrameHeader(marker)) return { height: segment.getUint16(5), width: segment.getUint16(7) };
    at += marker === 0xff ? 1 : 2 + segment.getUint16(2);
  }
  return null;
}

/** SOF0–SOF15 without the tables that share the range. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
