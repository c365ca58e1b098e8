const END_OF_CHAIN = 0xfffffffe;
const ENTRY_BYTES = 128;
const MOST_SECTORS = 64;

const programs: Record<string, string> = {
  WordDocument: 'application/msword',
  Workbook: 'application/vnd.ms-excel',
  Book: 'application/vnd.ms-excel',
  'PowerPoint Document': 'application/vnd.ms-powerpoint',
};

/**
 * Which Office program wrote a Compound File (doc, xls, ppt), by the streams in its root; null for any other
 * (msi, msg, thumbnails). https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
 */
export async function readCompoundFileType(blob: Blob): Promise<string | null> {
  const header = await viewOf(blob, 0, 512);
  if (header.byteLength < 512) return null;
  const shift = header.getUint16(30, true);
  if (shift !== 9 && shift !== 12) return null;
  const sectorBytes = 2 ** shift;
  let sector = header.getUint32(48, true);
  for (let read = 0; read < MOST_SECTORS && sector < END_OF_CHAIN; read++) {
    const directory = await viewOf(blob, (sector + 1) * sectorBytes, sectorBytes);
    const name = streamNames(directory).find((stream) => Object.hasOwn(programs, stream));
    if (name) return programs[name] ?? null;
    sector = await nextSector(blob, header, sector, sectorBytes);
  }
  return null;
}

function streamNames(directory: DataView): string[] {
  const names: string[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.byteLength; at += ENTRY_BYTES) {
    const length = Math.min(directory.getUint16(at + 64, true), 64) - 2;
    const characters = Array.from({ length: Math.max(0, length / 2) }, (_, i) => directory.getUint16(at + 2 * i, true));
    names.push(String.fromCharCode(...characters));
  }
  return names;
}

/** The sector after `sector`, from the allocation table; the header lists the table's first 109 sectors. */
async function nextSector(blob: Blob, header: DataView, sector: number, sectorBytes: number): Promise<number> {
  const perSector = sectorBytes / 4;
  const table = Math.floor(sector / perSector);
  if (table >= 109) return END_OF_CHAIN;
  const tableSector = header.getUint32(76 + 4 * table, true);
  const entry = await viewOf(blob, (tableSector + 1) * sectorBytes + 4 * (sector % perSector), 4);
  return entry.byteLength < 4 ? END_OF_CHAIN : entry.getUint32(0, true);
}

const viewOf = async (blob: Blob, start: number, length: number): Promise<DataView> =>
  new DataView(await blob.slice(start, start + length).arrayBuffer());
