import { foldText } from '#src/customers/fold-text.ts';

/** What a conversation is found by, its customer's own words aside: the first line of its search text. */
export const ownSearchText = (profileName: string | null, phone: string | null): string =>
  foldText([profileName, phone].filter(Boolean).join(' '));
