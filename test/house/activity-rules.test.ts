import { describe, expect, it } from 'vitest';
import { silentVerbs, staleExcuses } from './activity-rules.ts';
import { silentVerbs as excused } from './silent-verbs.ts';
import { listFiles, parseSource, readSource } from './source-file.ts';

const files = listFiles()
  .filter((path) => /^(src|webhooks)\/.*\.ts$/.test(path))
  .map(readSource);

/** The sources with a file changed. */
const withChange = (path: string, change: (text: string) => string) =>
  files.map((file) => (file.path === path ? parseSource(path, change(file.text)) : file));

describe('every verb behind a route that is no GET, a job or a webhook', () => {
  it('records an activity when it writes rows, or says in silent-verbs.ts why not', () =>
    expect(silentVerbs(files, excused)).toEqual([]));
  it('is excused only as long as it is there and silent', () => expect(staleExcuses(files, excused)).toEqual([]));

  const records = /await recordActivity\([^;]*\);/;
  it.each([
    ['src/customers/rename-group.ts', 'renameGroup'],
    ['src/accounts/update-organization.ts', 'updateOrganization'],
    ['src/conversations/change-conversation.ts', 'changeConversation'],
    ['webhooks/outbound/update-endpoint.ts', 'updateEndpoint'],
  ])('is found when its activity is taken out: %s', (path, name) => {
    const changed = withChange(path, (text) => {
      expect(text).toMatch(records);
      return text.replace(records, '');
    });
    expect(silentVerbs(changed, excused)).toContain(`${path}#${name}`);
  });

  const ROUTE = `import { defineRoute } from '#src/door.ts';
    import { rename } from './rename.ts';
    export const routes = [defineRoute({ method: 'patch', path: '/v1/x' }, ({ ctx }) => rename(ctx))];`;
  const found = (verb: string, route = ROUTE) =>
    silentVerbs([parseSource('src/x/routes.ts', route), parseSource('src/x/rename.ts', verb)], {});
  it.each([
    ['export const rename = (ctx) => ctx.db.update(groups).set({});'],
    [
      'export const rename = (ctx) => inner(ctx); async function inner(ctx) { await savepoint.insert(groups).values({}) }',
    ],
    ['export function rename(ctx) { return ctx.db.execute(sql`update groups set name = 1`) }'],
    ['export const rename = (ctx) => ctx.db.execute(sql`with a as (delete from groups returning id) select 1`);'],
  ])('however it writes: %s', (verb) => expect(found(verb)).toEqual(['src/x/rename.ts#rename']));
  it.each([
    [
      "import { recordActivity } from '#src/accounts/record-activity.ts'; export const rename = (ctx) => { ctx.db.update(a); recordActivity(ctx) };",
    ],
    ['export const rename = (ctx) => ctx.db.select().for("update");'],
    ['export const rename = (ctx) => { new Map().delete(1); ctx.db.execute(sql`select 1 for no key update`) };'],
  ])('and not for nothing: %s', (verb) => expect(found(verb)).toEqual([]));
  it('nor for what a GET does', () =>
    expect(found('export const rename = (ctx) => ctx.db.insert(a);', ROUTE.replace('patch', 'get'))).toEqual([]));
});
