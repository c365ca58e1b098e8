import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Member } from '#test/support/cast.ts';
import type { World } from '#test/support/world.ts';

export type FiledFile = {
  id: string;
  mediaId: string;
  name: string;
  kind: string;
  mimeType: string;
  tags: string[];
  tagNames: string[];
  sha256: string;
  hasThumbnail: boolean;
  filedAt: string;
  customerName: string;
};

/** POST …/files with one file and tags. */
export function putFile(
  { call }: Pick<Member, 'call'>,
  customerId: string,
  content: Uint8Array | string,
  { name = 'file.bin', tags = [] as string[] } = {},
): Promise<Response> {
  const form = new FormData();
  for (const tag of tags) form.append('tags', tag);
  form.set('file', new File([typeof content === 'string' ? content : Uint8Array.from(content)], name));
  return call('POST', `/v1/customers/${customerId}/files`, form);
}

export async function putWell(...given: Parameters<typeof putFile>): Promise<FiledFile> {
  const response = await putFile(...given);
  if (response.status !== 201) throw new Error(await response.text());
  return (await response.json()) as FiledFile;
}

export async function filesOf({ call }: Pick<Member, 'call'>, customerId: string, query = ''): Promise<FiledFile[]> {
  return ((await (await call('GET', `/v1/customers/${customerId}/files${query}`)).json()) as { data: FiledFile[] })
    .data;
}

/** Keys of all bytes of an organization's, on the disk. */
export async function bytesOnDisk(world: World, folder: 'media' | 'thumbnails' = 'media'): Promise<string[]> {
  const root = join(world.dataDir, 'files');
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
