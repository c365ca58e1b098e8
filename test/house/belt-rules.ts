import type { SourceFile } from './source-file.ts';

/** Who goes round the belt (src/context.ts), and why. */
export const outsiders: Record<string, string> = {
  'src/accounts/account-token.ts': 'links in mails are found by their hash alone',
  'src/accounts/attempts.ts': 'tries are counted by whoever makes them, signed in or not',
  'src/accounts/create-user.ts':
    'a new member is nobody’s until he is made; an e-mail address is given once on the platform',
  'src/accounts/run-once.ts': 'an idempotency key is the caller’s, not the organization’s',
  'src/conversations/search-conversations.ts': 'ids by trigrams; the conversations are read under it',
  'src/customers/filters/list-filtered.ts':
    'ids and counts by trigrams, tags and fields; the customers are read under it',
  'src/files/customer-file-queries.ts': 'ids by trigrams and tags; the files are read under it',
  'src/instances/place-instance.ts': 'places on a server are counted over all organizations',
};

export const goesOutside = ({ path, text }: SourceFile): string[] =>
  /\boutside(Belt|Of)\(/.test(text) && !['src/context.ts', 'src/db/session.ts'].includes(path) ? [path] : [];
