const codeOf = (error: unknown): string | undefined => {
  for (let at = error; at instanceof Error; at = at.cause) if ('code' in at) return String(at.code);
  return undefined;
};
/** `done`, or the code of PostgreSQL's error. */
export const refused = (asked: Promise<unknown>) => asked.then(() => 'done', codeOf);
