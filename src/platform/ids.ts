import { v7 } from 'uuid';

/** A new row id: uuid v7, so it sorts by the time it was made. */
export const newId = (): string => v7();
