const WORDS = /connection|not queryable|timeout exceeded|timeout expired|pool after calling end/i;

/** Gives the driver's errors about a lost or missing connection, which have no code, one: `CONNECTION_CLOSED`. */
export function nameConnectionError(error: unknown): unknown {
  if (error instanceof Error && !('code' in error) && WORDS.test(error.message))
    return Object.assign(error, { code: 'CONNECTION_CLOSED' });
  return error;
}
