import { defineJob } from '#src/platform/jobs.ts';

/** `tries` before this one. */
export type Attachment = { messageId: string; tries: number };

/** Asks Evolution for the file of a message that came in. */
export const fetchAttachmentJob = defineJob<Attachment>({
  name: 'conversations.fetch-attachment',
  retryLimit: 3,
  expireInSeconds: 300,
  policy: 'exclusive',
  atOnce: 4,
});

export type ReadReceipts = { conversationId: string; readAt: string; tries: number };

/** Blue ticks on the other side. */
export const sendReadReceiptsJob = defineJob<ReadReceipts>({
  name: 'conversations.send-read-receipts',
  retryLimit: 2,
  expireInSeconds: 60,
});

export const conversationsJobs = [fetchAttachmentJob, sendReadReceiptsJob];
