import { control } from './control.ts';
import { emails } from './emails.ts';
import { health } from './health.ts';
import { mail } from './mail.ts';
import type { Mutation } from './mutation.ts';
import { reliability } from './reliability.ts';

export const mutations: { about: string; mutations: Mutation[] }[] = [
  { about: 'Nothing twice, nothing lost', mutations: reliability },
  { about: 'Control', mutations: control },
  { about: 'The health of a number', mutations: health },
  { about: 'Email: to whom, how often, and as what', mutations: emails },
  { about: 'Email: links and reports', mutations: mail },
];
