import type { customerInteractions } from '#src/db/schema/journey.ts';

export type Interaction = typeof customerInteractions.$inferSelect & { userName: string | null };

/** Which road a noted contact was; null: a note is no contact. */
export const channelOf = (kind: Interaction['kind']): 'call' | 'meeting' | null =>
  kind === 'note' ? null : kind === 'call' ? 'call' : 'meeting';
