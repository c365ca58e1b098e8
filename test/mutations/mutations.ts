import { chat } from './chat.ts';
import { control } from './control.ts';
import { emails } from './emails.ts';
import { files } from './files.ts';
import { health } from './health.ts';
import { imports } from './imports.ts';
import { inbound } from './inbound.ts';
import { mail } from './mail.ts';
import type { Mutation } from './mutation.ts';
import { records } from './records.ts';
import { reliability } from './reliability.ts';
import { sms } from './sms.ts';
import { templates } from './templates.ts';
import { webhooks } from './webhooks.ts';

export const mutations: { about: string; mutations: Mutation[] }[] = [
  { about: 'Nothing twice, nothing lost', mutations: reliability },
  { about: 'Control', mutations: control },
  { about: 'Conversations and single messages', mutations: chat },
  { about: 'SMS and times', mutations: sms },
  { about: 'Messages in', mutations: inbound },
  { about: 'The health of a number', mutations: health },
  { about: 'Email: to whom, how often, and as what', mutations: emails },
  { about: 'Email: links and reports', mutations: mail },
  { about: 'Files', mutations: files },
  { about: 'Imports', mutations: imports },
  { about: 'The record of a customer', mutations: records },
  { about: 'Templates and integrations', mutations: templates },
  { about: 'Webhooks out', mutations: webhooks },
];
