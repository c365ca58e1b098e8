import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type S3rver = { run(): Promise<{ port: number }>; close(): Promise<void> };
type S3rverClass = new (options: object) => S3rver;

export const S3_CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
export const S3_BUCKET = 'ulak';

export type S3Server = AsyncDisposable & {
  endpoint: string;
  /** For processes and worlds: a storage there. */
  env: Record<string, string>;
};

/** A server that speaks S3, with one bucket, on a port of its own. */
export async function startS3Server(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'ulak-s3-'));
  const Server = createRequire(import.meta.url)('s3rver') as S3rverClass;
  const server = new Server({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: S3_BUCKET }] },
  });
  const { port } = await server.run();
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    env: { S3_BUCKET, S3_ENDPOINT: endpoint, S3_REGION: 'eu-central-1', S3_FORCE_PATH_STYLE: 'true' },
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
