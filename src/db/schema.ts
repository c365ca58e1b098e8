import * as accounts from './schema/accounts.ts';
import * as activities from './schema/activities.ts';
import * as appointmentNotices from './schema/appointment-notices.ts';
import * as appointments from './schema/appointments.ts';
import * as archive from './schema/archive.ts';
import * as campaigns from './schema/campaigns.ts';
import * as consents from './schema/consents.ts';
import * as conversations from './schema/conversations.ts';
import * as countries from './schema/countries.ts';
import * as credits from './schema/credits.ts';
import * as customerFiles from './schema/customer-files.ts';
import * as customerImports from './schema/customer-imports.ts';
import * as customerRecords from './schema/customer-records.ts';
import * as customers from './schema/customers.ts';
import * as emails from './schema/emails.ts';
import * as files from './schema/files.ts';
import * as groups from './schema/groups.ts';
import * as instances from './schema/instances.ts';
import * as journey from './schema/journey.ts';
import * as live from './schema/live.ts';
import * as logs from './schema/logs.ts';
import * as mailProviders from './schema/mail-providers.ts';
import * as messages from './schema/messages.ts';
import * as platform from './schema/platform.ts';
import * as presence from './schema/presence.ts';
import * as reports from './schema/reports.ts';
import * as sms from './schema/sms.ts';
import * as templates from './schema/templates.ts';
import * as usersKept from './schema/users-kept.ts';
import * as webhooks from './schema/webhooks.ts';
import * as workingHours from './schema/working-hours.ts';

export const schema = {
  ...accounts,
  ...activities,
  ...appointmentNotices,
  ...appointments,
  ...archive,
  ...campaigns,
  ...countries,
  ...consents,
  ...conversations,
  ...credits,
  ...customerFiles,
  ...customerImports,
  ...customerRecords,
  ...customers,
  ...emails,
  ...files,
  ...groups,
  ...instances,
  ...journey,
  ...live,
  ...logs,
  ...mailProviders,
  ...messages,
  ...platform,
  ...presence,
  ...reports,
  ...sms,
  ...templates,
  ...usersKept,
  ...webhooks,
  ...workingHours,
};
