import { S3Client } from '@aws-sdk/client-s3';
import { StorageError, type StorageTrouble } from './storage.ts';

export type S3Options = {
  bucket: string;
  region: string;
  /** Another place that speaks S3. */
  endpoint: string | null;
  /** The bucket in the path, not in the name of the host. */
  forcePathStyle: boolean;
  /** Else the usual AWS variables, files and roles. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  timeouts?: S3Timeouts;
};
/** Milliseconds. */
export type S3Timeouts = { connect: number; answer: number; idle: number };

export const s3Timeouts: S3Timeouts = { connect: 5_000, answer: 60_000, idle: 30_000 };
/** Requests at once. */
const WIDTH = 50;

/** Every request is repeatable, so the SDK tries three times. */
export function openS3Client({
  region,
  endpoint,
  forcePathStyle,
  credentials,
  timeouts = s3Timeouts,
}: S3Options): S3Client {
  const agent = { keepAlive: true, maxSockets: WIDTH };
  return new S3Client({
    region,
    forcePathStyle,
    maxAttempts: 3,
    // other makers' servers do not know the checksums that Amazon's newest libraries send unasked
    ...(endpoint && {
      endpoint,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
    ...(credentials && { credentials }),
    requestHandler: {
      connectionTimeout: timeouts.connect,
      requestTimeout: timeouts.answer,
      socketTimeout: timeouts.idle,
      throwOnRequestTimeout: true,
      httpsAgent: agent,
      httpAgent: agent,
    },
  });
}

type SdkError = Error & { $metadata?: { httpStatusCode?: number } };

const ABSENT = new Set(['NoSuchKey', 'NotFound']);
const PASSING_STATUSES = new Set([408, 409, 425, 429]);

/** What went wrong, in our words. A place that nobody answers at, throttling and failures of the server are worth asking again. */
export function classifyS3Error(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const { name = '', $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  const trouble: StorageTrouble =
    ABSENT.has(name) || (status === 404 && name !== 'NoSuchBucket')
      ? 'absent'
      : (status !== undefined && status >= 400 && status < 500 && !PASSING_STATUSES.has(status)) ||
          name === 'CredentialsProviderError'
        ? 'refused'
        : 'unavailable';
  return new StorageError(trouble, `S3: ${name || 'no answer'}`, error);
}
