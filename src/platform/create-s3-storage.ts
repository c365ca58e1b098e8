import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createDownloadCache } from './download-cache.ts';
import { deleteOlderFiles, HELD, holdFile } from './local-files.ts';
import { classifyS3Error, openS3Client, type S3Options } from './open-s3-client.ts';
import { requireKey, type Storage } from './storage.ts';

const PART_BYTES = 8 * 1024 * 1024;
const WIDTH = 8;

type Bucket = { client: S3Client; bucket: string };
type Wanted = (keys: string[]) => Promise<Set<string>>;

/**
 * Storage in a bucket of anything that speaks S3. What is looked into before it is kept, and copies of what is sent, lie below `directory`
 * of this machine. Memory stays flat: what is written goes in parts.
 */
export function createS3Storage(options: S3Options, directory: string): Storage {
  const client = openS3Client(options);
  const at = (key: string) => ({ Bucket: options.bucket, Key: requireKey(key) });
  const bucket = { client, bucket: options.bucket };
  const read = async (key: string, range?: { start: number; end: number }): Promise<Readable> => {
    const where = { ...at(key), ...(range && { Range: `bytes=${range.start}-${range.end}` }) };
    const { Body } = await inOurWords(client.send(new GetObjectCommand(where)));
    return Body as Readable;
  };
  const cache = createDownloadCache(directory, read);
  const write = (key: string, content: Readable) => upload(client, { ...at(key), Body: content });
  return {
    write,
    hold: (content) =>
      holdFile(directory, content, async (path, key) => {
        await write(key, createReadStream(path));
        await rm(path, { force: true });
      }),
    read,
    blob: async (key, type) => inOurWords(cache.blob(requireKey(key), type)),
    async exists(key) {
      const found = client.send(new HeadObjectCommand(at(key))).then(() => true);
      return inOurWords(found).catch((error) => (error.trouble === 'absent' ? false : Promise.reject(error)));
    },
    async delete(key) {
      await inOurWords(client.send(new DeleteObjectCommand(at(key))));
      await cache.forget(key);
    },
    deleteOlder: (prefix, before, wanted = async () => new Set()) =>
      inOurWords(deleteOlderObjects(bucket, requireKey(prefix), before, wanted)),
    sweepHeld: (before) => deleteOlderFiles(directory, HELD, before),
    close: () => client.destroy(),
  };
}

const inOurWords = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw classifyS3Error(error);
  });

/** A content that breaks off is its own error, and leaves nothing behind. */
async function upload(client: S3Client, params: { Bucket: string; Key: string; Body: Readable }): Promise<void> {
  let broken: Error | undefined;
  params.Body.on('error', (error) => (broken ??= error));
  const uploading = new Upload({ client, params, partSize: PART_BYTES, queueSize: 2, leavePartsOnError: false });
  await uploading.done().catch((error: unknown) => {
    params.Body.destroy();
    throw broken ?? classifyS3Error(error);
  });
}

async function deleteOlderObjects(where: Bucket, prefix: string, before: Date, wanted: Wanted): Promise<number> {
  const { client, bucket } = where;
  let deleted = 0;
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${prefix}/` })) {
    const old = Contents.flatMap(({ Key, LastModified }) =>
      Key && LastModified && LastModified < before ? [Key] : [],
    );
    const keep = old.length > 0 ? await wanted(old) : new Set<string>();
    const unwanted = old.filter((key) => !keep.has(key));
    for (let i = 0; i < unwanted.length; i += WIDTH)
      await Promise.all(
        unwanted.slice(i, i + WIDTH).map((Key) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))),
      );
    deleted += unwanted.length;
  }
  return deleted + (await abortOlderUploads(where, prefix, before));
}

/** Parts of what a killed process was writing. Servers that do not list them clean up by a rule of their own. */
async function abortOlderUploads({ client, bucket }: Bucket, prefix: string, before: Date): Promise<number> {
  const asked = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: `${prefix}/` });
  const { Uploads = [] } = await client.send(asked).catch(() => ({ Uploads: [] }));
  const old = Uploads.filter(({ Initiated }) => Initiated !== undefined && Initiated < before);
  for (const { Key, UploadId } of old)
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })).catch(() => {});
  return old.length;
}
