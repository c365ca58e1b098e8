import type { Mutation } from './mutation.ts';

/** A template says what it said when it was taken, and nothing that nobody can fill; a secret stays where it was meant to be. */
export const templates: Mutation[] = [
  {
    guarantee: 'what a campaign takes of a template is frozen, the name of the business in it too',
    file: 'src/templates/freeze-template.ts',
    from: 'freezeContent({ category, ...version, source }, known)',
    to: 'freezeContent({ category, ...version, source }, known && {})',
    test: 'campaigns/from-template.test.ts',
    title: 'takes its text and media as they are now',
  },
  {
    guarantee: 'two changes of a template at once are two versions',
    file: 'src/templates/update-template.ts',
    from: "\n    .for('no key update')",
    to: '',
    test: 'templates/versions.test.ts',
    title: 'ten changes at once',
  },
  {
    guarantee: 'a variable that nobody can fill is refused when a template is saved',
    file: 'src/templates/check-variables.ts',
    from: 'errors.push({ path, message: inspected.error })',
    to: 'names.delete(path)',
    test: 'templates/routes.test.ts',
    title: 'only categories about appointments know an appointment',
  },
  {
    guarantee: 'a text about an appointment is never sent without one',
    file: 'src/templates/render-template.ts',
    from: 'const [missing] = appointment ? [] : needsAppointment(variables);',
    to: 'const [missing] = appointment ? [] : [];',
    test: 'templates/render-template.test.ts',
    title: 'throws a 400 at templateId',
  },
  {
    guarantee: 'a template and words of one’s own are not mixed',
    file: 'src/campaigns/fill-from-template.ts',
    from: 'given[path] != null',
    to: 'given[path] === path',
    test: 'campaigns/from-template.test.ts',
    title: 'in each other’s way',
  },
  {
    guarantee: 'what a business is called is never read as Liquid or as alternatives',
    file: 'src/personalisation/freeze-values.ts',
    from: 'alone && HARMLESS.test(value)',
    to: 'alone',
    test: 'personalisation/freeze-values.test.ts',
    title: 'whatever a name holds',
  },
  {
    guarantee: 'a token of Chatwoot goes to no other URL than it was given for',
    file: 'src/instances/set-chatwoot.ts',
    from: 'before?.url === url',
    to: 'before',
    test: 'instances/integration-routes.test.ts',
    title: 'a token left out stays',
  },
];
