import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';

/** Tells the organization's front ends how far an import is, once the surrounding transaction has committed. */
export async function publishImportProgress(ctx: OrgContext, importId: string): Promise<void> {
  await ctx.db.execute(sql`
    insert into live_events (organization_id, type, data, created_at)
    select organization_id, 'import.progress', jsonb_build_object('importId', id, 'status', status, 'statusReason', status_reason,
      'dryRun', dry_run, 'processed', created_count + updated_count + skipped_count + rejected_count, 'total', total_count,
      'created', created_count, 'updated', updated_count, 'skipped', skipped_count, 'rejected', rejected_count),
      ${ctx.clock.now().toISOString()}::timestamptz
    from customer_imports where id = ${importId}::uuid and organization_id = ${ctx.organizationId}::uuid`);
}
