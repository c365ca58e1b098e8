import * as accounts from './schema/accounts.ts';
import * as campaigns from './schema/campaigns.ts';
import * as credits from './schema/credits.ts';
import * as customers from './schema/customers.ts';
import * as emails from './schema/emails.ts';
import * as files from './schema/files.ts';
import * as instances from './schema/instances.ts';
import * as live from './schema/live.ts';
import * as messages from './schema/messages.ts';

export const schema = {
  ...accounts,
  ...campaigns,
  ...credits,
  ...customers,
  ...emails,
  ...files,
  ...instances,
  ...live,
  ...messages,
};
