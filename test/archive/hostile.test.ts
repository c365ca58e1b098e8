import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inflate } from '#src/archive/inflate.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { apply, bring, exportNow, look, PASSPHRASE, readAll } from './archive-world.ts';
import { type Entry, extra, packed, unpack, withLines, withManifest, withOneMore, withRow } from './forge.ts';

let world: World;
let good: Entry[];

beforeAll(async () => {
  world = await createWorld();
  const { admin, acme } = world;
  // something that its audit trail tells of
  await acme.call('POST', '/v1/groups', { name: 'VIP' });
  good = await unpack(await exportNow(world, { scope: acme.organizationId, passphrase: PASSPHRASE }));
  await admin.call('GET', '/v1/me');
});
afterAll(() => world[Symbol.asyncDispose]());

const empty = Buffer.alloc(0);
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** What is done to a good archive, and what is said of it. */
const attacks: [what: string, code: string, change: (entries: Entry[]) => Entry[]][] = [
  ['no manifest', 'not-an-archive', (entries) => entries.slice(1)],
  [
    'a manifest that is none',
    'wrong-manifest',
    ([, ...rest]) => [{ name: 'manifest.json', content: Buffer.from('[]') }, ...rest],
  ],
  ['a manifest with a field more', 'wrong-manifest', withManifest((m) => Object.assign(m, { admin: true }))],
  ['a later format', 'wrong-version', withManifest((m) => Object.assign(m, { version: 2 }))],
  ['another migration level', 'other-migration', withManifest((m) => Object.assign(m, { migration: '0001_ground' }))],
  [
    'a platform that says it is an organization’s',
    'wrong-scope',
    withManifest((m) => Object.assign(m, { scope: { type: 'platform' } })),
  ],
  [
    'a table of the platform in it',
    'unexpected-entry',
    withManifest((m) => m.tables.splice(3, 0, { ...m.tables[0]!, name: 'platform_settings' })),
  ],
  [
    'a table that never travels',
    'unexpected-entry',
    withManifest((m) => m.tables.push({ ...m.tables[0]!, name: 'sessions' })),
  ],
  ['a table left out', 'missing-entry', withManifest((m) => void m.tables.splice(4, 1))],
  ['a column more', 'wrong-columns', withManifest((m) => m.tables[1]!.columns.push('password'))],
  ['an entry missing', 'unexpected-entry', (entries) => entries.filter((_, at) => at !== 3)],
  ['a path out of it', 'unexpected-entry', extra({ name: '../../etc/passwd', content: empty })],
  ['an absolute path', 'unexpected-entry', extra({ name: '/etc/passwd', content: empty })],
  ['an entry that nobody knows', 'unexpected-entry', extra({ name: 'README', content: empty })],
  ['the same entry twice', 'unexpected-entry', (entries) => [...entries, entries[2]!]],
  [
    'a symbolic link',
    'unexpected-entry',
    extra({ name: 'files', content: empty, header: { type: 'symlink', linkname: '/etc' } }),
  ],
  [
    'a hard link',
    'unexpected-entry',
    extra({ name: 'files', content: empty, header: { type: 'link', linkname: 'manifest.json' } }),
  ],
  ['a directory', 'unexpected-entry', extra({ name: 'tables/', content: empty, header: { type: 'directory' } })],
  ['an extended header', 'unexpected-entry', extra({ name: `${'ü'.repeat(90)}`, content: empty })],
  [
    'a file that the manifest does not announce',
    'unexpected-entry',
    extra({ name: `files/${newId()}/${'0'.repeat(64)}`, content: empty }),
  ],
  ['a wrong checksum', 'wrong-checksum', withManifest((m) => Object.assign(m.tables[0]!, { sha256: '0'.repeat(64) }))],
  ['wrong sizes', 'wrong-checksum', withManifest((m) => void m.tables[0]!.bytes++)],
  ['wrong counts', 'wrong-count', withManifest((m) => void m.tables[0]!.rows++)],
  ['files that are not there', 'wrong-count', withManifest((m) => Object.assign(m, { files: { count: 1, bytes: 5 } }))],
  ['a line that is no JSON', 'not-json', withLines('customers', () => ['{"id":'])],
  ['a line that is a list', 'not-json', withLines('customers', () => ['[]'])],
  ['bytes that are no UTF-8', 'not-json', withLines('customers', () => [Buffer.from([0x7b, 0xff, 0x7d])])],
  ['a huge line', 'line-too-long', withLines('customers', () => [`{"note":"${'x'.repeat(5_000_000)}"}`])],
  ['a column that there is not', 'wrong-columns', withRow('customers', (row) => ({ ...row, isAdmin: true }))],
  ['a column missing', 'wrong-columns', withRow('customers', ({ note, ...row }) => row)],
  [
    'a prototype key for a column',
    'wrong-columns',
    withLines('customers', ([first]) => [first!.replace('"note":', '"__proto__":')]),
  ],
  [
    'a prototype key within JSON',
    'reserved-key',
    withLines('customers', ([first]) => [
      first!.replace('"custom_fields":{}', '"custom_fields":{"__proto__":{"a":1}}'),
    ]),
  ],
  [
    'deep JSON',
    'too-deep',
    withLines('customers', ([first]) => [first!.replace('"custom_fields":{}', `"custom_fields":${deep(5000)}`)]),
  ],
  ['a NUL', 'unstorable', withRow('customers', (row) => ({ ...row, note: 'a\0b' }))],
  [
    'half a surrogate pair',
    'unstorable',
    withLines('customers', ([first]) => [first!.replace('"note":null', '"note":"\\ud800"')]),
  ],
  ['a text for a number', 'wrong-type', withRow('user_settings', (row) => ({ ...row, delay_min_seconds: 'soon' }))],
  [
    'a number beyond its column',
    'wrong-type',
    withRow('user_settings', (row) => ({ ...row, delay_min_seconds: 1e12 })),
  ],
  ['an id that is none', 'wrong-type', withRow('customers', (row) => ({ ...row, consultant_id: '1 or 1=1' }))],
  ['a time that is none', 'wrong-type', withRow('customers', (row) => ({ ...row, created_at: 'now' }))],
  [
    'a time that no calendar has',
    'wrong-type',
    withRow('customers', (row) => ({ ...row, created_at: '2026-02-31T10:00:00+00:00' })),
  ],
  ['nothing where something must be', 'wrong-value', withRow('customers', (row) => ({ ...row, first_name: null }))],
  ['a word that its column does not know', 'wrong-value', withRow('members', (row) => ({ ...row, role: 'god' }))],
  ['a platform admin', 'admin-user', withRow('users', (row) => ({ ...row, role: 'admin' }))],
  [
    'a row of another organization',
    'foreign-row',
    withRow('customers', (row) => ({ ...row, organization_id: world.globex.organizationId })),
  ],
  [
    'another organization itself',
    'foreign-row',
    withRow('organizations', (row) => ({ ...row, id: world.globex.organizationId })),
  ],
  [
    'a row that points at another’s user',
    'points-outside',
    withRow('customers', (row) => ({ ...row, consultant_id: world.globex.userId })),
  ],
  ['a row that points at nothing', 'points-outside', withRow('members', (row) => ({ ...row, user_id: newId() }))],
  ['the same row twice', 'already-there', withLines('customers', ([first]) => [first!, first!])],
  [
    'credits out of thin air',
    'ledger-differs',
    withRow('credit_accounts', (row) => ({ ...row, settled_credits: '1000000' })),
  ],
  [
    'a secret that was changed',
    'wrong-passphrase',
    (entries) => {
      const secrets = Buffer.from(entries.at(-1)!.content);
      secrets[40] = secrets[40]! ^ 1;
      const sha256 = createHash('sha256').update(secrets).digest('hex');
      return withManifest((m) => Object.assign(m, { secrets: { bytes: secrets.length, sha256 } }))([
        ...entries.slice(0, -1),
        { name: 'secrets.age', content: secrets },
      ]);
    },
  ],
];

test('every hostile archive is refused with its problem, and nothing of it is saved', async () => {
  const { ctx } = world;
  const rows = async () => JSON.stringify({ ...(await readAll(ctx, null)), activities: [], evolution_servers: [] });
  const before = await rows();
  // the same archive, untouched, is good: whatever is refused below is refused for what was done to it
  const emails = { 'acme@example.com': 'copy@example.com' };
  const check = { emails, passphrase: PASSPHRASE };
  const untouched = await bring(world, await packed(good), 'mode=new', check);
  expect(untouched.problems).toEqual([]);
  expect(untouched.status).toBe('checked');
  const wrong: string[] = [];
  for (const [what, code, change] of attacks) {
    const { status, problems } = await bring(world, await packed(change(good)), 'mode=new', check);
    const codes = problems.map((problem) => problem.code);
    if (status !== 'refused' || codes[0] !== code) wrong.push(`${what}: ${status} ${codes.join()} instead of ${code}`);
  }
  expect(wrong).toEqual([]);
  const whole = await packed(good);
  const broken: [Buffer, string][] = [
    [whole.subarray(0, whole.length - 20), 'truncated'],
    [gzipSync(gunzipSync(whole).subarray(0, 5000)), 'truncated'],
    [Buffer.from('no gzip at all'), 'not-an-archive'],
    [gzipSync(Buffer.alloc(4096, 'x')), 'not-an-archive'],
  ];
  for (const [bytes, code] of broken)
    expect((await bring(world, bytes, 'mode=new')).problems).toMatchObject([{ code }]);
  expect(await rows()).toBe(before);
});
/** `applying`: its ids give it away only where they are kept. */
type Reaching = [what: string, code: string, where: 'rehearsal' | 'applying', change: (entries: Entry[]) => Entry[]];

const reachingFor = (organizationId: string, userId: string, theirs: string): Reaching[] => [
  [
    'a row of another organization',
    'foreign-row',
    'rehearsal',
    withRow('customers', (row) => ({ ...row, organization_id: organizationId })),
  ],
  ['a platform admin', 'admin-user', 'rehearsal', withRow('users', (row) => ({ ...row, role: 'admin' }))],
  [
    'another’s user as consultant',
    'points-outside',
    'rehearsal',
    withRow('customers', (row) => ({ ...row, consultant_id: userId })),
  ],
  [
    'another’s user as member',
    'points-outside',
    'rehearsal',
    withOneMore('members', (row) => ({ ...row, id: newId(), user_id: userId })),
  ],
  [
    'another’s user under another address',
    'user-exists',
    'applying',
    withOneMore('users', (row) => ({ ...row, id: userId, email: 'taken-over@example.com' })),
  ],
  [
    'another’s user in the audit trail',
    'points-outside',
    'applying',
    withOneMore('activities', (row) => ({ ...row, id: newId(), user_id: userId })),
  ],
  [
    'another’s user with figures and as member',
    'user-exists',
    'applying',
    (entries) =>
      withOneMore('members', (row) => ({ ...row, id: newId(), user_id: userId }))(
        withOneMore('users', (row) => ({ ...row, id: userId, email: 'taken-over@example.com' }))(entries),
      ),
  ],
  [
    'another’s customer as the one merged into',
    'points-outside',
    'applying',
    withRow('customers', (row) => ({ ...row, merged_into_id: theirs })),
  ],
];

test('an archive that comes back in its own place, and keeps its ids, reaches no row and no user of another organization', async () => {
  const { ctx, acme, globex, admin } = world;
  const created = await globex.call('POST', '/v1/customers', { firstName: 'Gizem', phone: '+905321110000' });
  const theirs = ((await created.json()) as { id: string }).id;
  const reaching = reachingFor(globex.organizationId, globex.userId, theirs);
  const rows = async () => JSON.stringify({ ...(await readAll(ctx, null)), activities: [], evolution_servers: [] });
  const before = await rows();
  const query = `mode=replace&organizationId=${acme.organizationId}`;
  const confirm = { confirm: 'acme' };
  const wrong: string[] = [];
  for (const [what, code, where, change] of reaching) {
    const brought = await bring(world, await packed(change(good)), query, { passphrase: PASSPHRASE });
    if (where === 'applying' && brought.status === 'checked') await apply(world, brought.id, confirm);
    const { status, problems } = await look(admin, brought.id);
    const [expected, found] = [where === 'rehearsal' ? 'refused' : 'failed', problems[0]?.code];
    if (status !== expected || found !== code) wrong.push(`${what}: ${status} ${found} instead of ${expected} ${code}`);
  }
  expect(wrong).toEqual([]);
  expect(await rows()).toBe(before);
  const untouched = await bring(world, await packed(good), query, { passphrase: PASSPHRASE });
  expect(await apply(world, untouched.id, confirm)).toBe(202);
  expect(await look(admin, untouched.id)).toMatchObject({ status: 'applied', problems: [] });
});
test('a bomb is given up by its density or its size, long before it has unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(90 * 1024 * 1024));
  const read = async (bytes: Buffer, limit: number) => {
    let unpacked = 0;
    const source = (async function* () {
      for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
    })();
    for await (const chunk of inflate(source, limit)) unpacked += chunk.length;
    return unpacked;
  };
  await expect(read(bomb, 1024 ** 4)).rejects.toMatchObject({ code: 'too-dense' });
  await expect(read(bomb, 1024 ** 2)).rejects.toMatchObject({ code: 'too-large' });
});
