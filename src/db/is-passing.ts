/** Worth trying again as it is: the database is away or read-only, or others were in the way. */
const PASSING = /^(08|25006|40|53|55P03|57|58|ECONN|EPIPE|ETIMEDOUT|CONNECT)/;

/** Whether a statement failed for a reason that passes by itself. */
export function isPassing(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (PASSING.test(String((at as { code?: unknown }).code ?? ''))) return true;
  return false;
}
