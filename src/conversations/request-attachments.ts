import type { AppContext } from '#src/context.ts';
import type { Received } from './insert-messages.ts';
import { fetchAttachmentJob } from './jobs.ts';

/** Has the files of these messages fetched once they are committed. */
export async function requestAttachments(ctx: AppContext, received: Received[]): Promise<void> {
  const wanted = received.filter(({ attached }) => attached);
  if (wanted.length === 0) return;
  await ctx.jobs.sendAll(
    fetchAttachmentJob,
    wanted.map(({ messageId, instanceId }) => ({
      payload: { messageId, tries: 0 },
      singletonKey: `${messageId}:0`,
      group: { id: instanceId },
    })),
  );
}
