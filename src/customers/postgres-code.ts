/** The SQLSTATE behind an error, which Drizzle wraps: `23505` a unique key, `40P01` a deadlock. */
export function postgresCode(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
  }
  return null;
}
