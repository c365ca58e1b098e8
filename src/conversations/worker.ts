import type { AppContext } from '#src/context.ts';
import { eraseTracesJob } from '#src/customers/jobs.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { eraseTraces } from './erase-traces.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { type Attachment, fetchAttachmentJob, type ReadReceipts, sendReadReceiptsJob } from './jobs.ts';
import { sendReadReceipts } from './send-read-receipts.ts';

export const conversationsHandlers = (ctx: AppContext): JobHandler[] => [
  { job: fetchAttachmentJob, handle: (payload: Attachment) => fetchAttachment(ctx, payload) },
  { job: sendReadReceiptsJob, handle: (payload: ReadReceipts) => sendReadReceipts(ctx, payload) },
  { job: eraseTracesJob, handle: ({ customerId }: { customerId: string }) => eraseTraces(ctx, customerId) },
];
