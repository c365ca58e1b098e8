import { and, eq, isNull } from 'drizzle-orm';
import type { Qr } from '#src/channels/evolution/evolution-client.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { saveChange } from './apply-connection-news.ts';
import { afterNews, currentQr } from './instance.ts';

/**
 * Keeps a QR code that came as the answer to a call. The webhook may have been quicker: the same code does not get a later
 * expiry, and one that was scanned during the call does not close the connection again.
 */
export function saveQr(ctx: AppContext, instanceId: string, qr: Qr): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const [row] = await ctx.db
      .select()
      .from(instances)
      .where(and(eq(instances.id, instanceId), isNull(instances.deletingAt)))
      .for('no key update');
    if (!row || row.status === 'open') return;
    const now = ctx.clock.now();
    if (currentQr(row, now)?.code === qr.code && row.pairingCode === qr.pairingCode) return;
    const change = afterNews(row, { type: 'qr', ...qr }, now);
    if (change) await saveChange(ctx, row, change);
  });
}
