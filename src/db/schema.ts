import * as accounts from './schema/accounts.ts';
import * as campaigns from './schema/campaigns.ts';
import * as credits from './schema/credits.ts';
import * as customerFiles from './schema/customer-files.ts';
import * as customerRecords from './schema/customer-records.ts';
import * as customers from './schema/customers.ts';
import * as emails from './schema/emails.ts';
import * as files from './schema/files.ts';
import * as instances from './schema/instances.ts';
import * as live from './schema/live.ts';
import * as mailProviders from './schema/mail-providers.ts';
import * as messages from './schema/messages.ts';
import * as platform from './schema/platform.ts';
import * as templates from './schema/templates.ts';
import * as webhooks from './schema/webhooks.ts';

export const schema = {
  ...accounts,
  ...campaigns,
  ...credits,
  ...customerFiles,
  ...customerRecords,
  ...customers,
  ...emails,
  ...files,
  ...instances,
  ...live,
  ...mailProviders,
  ...messages,
  ...platform,
  ...templates,
  ...webhooks,
};
