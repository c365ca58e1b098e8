import { control } from './control.ts';
import { health } from './health.ts';
import type { Mutation } from './mutation.ts';
import { reliability } from './reliability.ts';

export const mutations: { about: string; mutations: Mutation[] }[] = [
  { about: 'Nothing twice, nothing lost', mutations: reliability },
  { about: 'Control', mutations: control },
  { about: 'The health of a number', mutations: health },
];
