import type { archiveImports } from '#src/db/schema/archive.ts';

export type Import = typeof archiveImports.$inferSelect;
export type ImportMode = Import['mode'];

export const importKey = (id: string): string => `archives/imports/${id}`;
