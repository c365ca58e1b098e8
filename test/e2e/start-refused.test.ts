import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { readConfig } from '#src/config.ts';
import { explainRefusal } from '#src/explain-refusal.ts';
import { createLog } from '#src/platform/log.ts';
import { reachDatabase } from '#src/reach-database.ts';
import { startUlak } from '#src/start-ulak.ts';
import { freePort } from '#test/support/processes.ts';
import { createEmptyDatabase } from './empty-database.ts';
import { runToEnd } from './run-to-end.ts';

const SECRET = 'correct-horse-battery-staple-2026';
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ulak-refused-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Ends with 1 and one line, which it answers: nothing else, no stack, no secret. */
async function refusal(env: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await runToEnd({
    DATA_DIR: directory,
    LOG_LEVEL: 'warn',
    DATABASE_WAIT_SECONDS: '0',
    ...env,
  });
  expect({ code, stdout, lines: stderr.split('\n').length }, stderr).toEqual({ code: 1, stdout: '', lines: 2 });
  expect(stderr).not.toContain(SECRET);
  expect(stderr).toMatch(/^Ulak could not start: /);
  return stderr.slice('Ulak could not start: '.length).trim();
}

const EVOLUTION_URL = 'https://evolution.example.com';
const wrong: [string, Record<string, string>][] = [
  ['PORT', { PORT: '65536' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'ulak.example.com' }],
  ['DATABASE_URL', { DATABASE_URL: `mysql://ulak:${SECRET}@127.0.0.1/ulak` }],
  ['DATABASE_POOL', { DATABASE_POOL: '1' }],
  ['EVOLUTION_URL', { EVOLUTION_URL: 'evolution:8080' }],
  ['EVOLUTION_API_KEY', { EVOLUTION_URL }],
  ['AUTH_SECRET', { EVOLUTION_URL, EVOLUTION_API_KEY: 'k' }],
  ['AUTH_SECRET', { EVOLUTION_URL, EVOLUTION_API_KEY: 'k', AUTH_SECRET: SECRET.slice(0, 31) }],
  ['SMTP_URL', { SMTP_URL: `http://mail:${SECRET}@127.0.0.1` }],
  ['SMTP_URL', { SMTP_URL: 'smtp://127.0.0.1', SES_REGION: 'eu-central-1' }],
  ['ADMIN_EMAIL', { ADMIN_EMAIL: 'admin', ADMIN_PASSWORD: SECRET }],
  ['ADMIN_EMAIL', { ADMIN_PASSWORD: SECRET }],
  ['ADMIN_PASSWORD', { ADMIN_EMAIL: 'admin@example.com' }],
  ['ADMIN_PASSWORD', { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'short' }],
  ['ROLES', { ROLES: 'api,manager' }],
  ['ROLES', { ROLES: ',' }],
  ['SEND_DELAY_FLOOR_SECONDS', { SEND_DELAY_FLOOR_SECONDS: '-1' }],
  ['ALLOW_PRIVATE_TARGETS', { ALLOW_PRIVATE_TARGETS: '10.0.0.0/33' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'https://crm.example.com/path' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
];

it.each(wrong)('a wrong or missing %s is named, and its value is not shown: %o', (name, env) => {
  const refused = () => readConfig(env);
  expect(refused).toThrow(new RegExp(`^${name}: [^\n]+$`));
  expect(refused).not.toThrow(SECRET);
});

it('1: a wrong value ends the start with that line', async () => {
  expect(await refusal({ PORT: 'http' })).toMatch(/^PORT: \S/);
});

it('1: DATABASE_URL where nobody listens', async () => {
  const port = await freePort();
  const line = await refusal({ DATABASE_URL: `postgres://ulak:${SECRET}@localhost:${port}/ulak` });
  expect(line).toMatch(new RegExp(`^DATABASE_URL: localhost:${port}: .*ECONNREFUSED`));
});

it('DATABASE_URL that leads to no database of ours is refused for its own reason', async () => {
  const refused = (change: (url: URL) => void) => {
    const url = new URL(inject('serverUrl'));
    change(url);
    return expect(reachDatabase(url.href)).rejects;
  };
  await reachDatabase(inject('serverUrl'));
  await refused((url) => Object.assign(url, { host: 'nowhere.invalid' })).toThrow(
    /^DATABASE_URL: nowhere\.invalid:\d+: getaddrinfo/,
  );
  await refused((url) => Object.assign(url, { password: SECRET })).toThrow(
    /^DATABASE_URL: [\d.:]+ password authentication failed/,
  );
  await refused((url) => Object.assign(url, { pathname: '/nonsense' })).toThrow(
    /^DATABASE_URL: [\d.:]+ database "nonsense" does not/,
  );
});

/** What the process would say, without starting one. */
async function startInVain(env: Record<string, string>): Promise<string | null> {
  const config = readConfig({ DATA_DIR: directory, LOG_LEVEL: 'silent', ...env });
  return startUlak(config, createLog(config.logLevel)).then(async (ulak) => {
    await ulak.stop();
    return 'it did start';
  }, explainRefusal);
}

it('a PORT that is taken is named', async () => {
  await using database = await createEmptyDatabase();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  expect(await startInVain({ DATABASE_URL: database.url, PORT: String(port) })).toBe(`PORT: ${port} is taken`);
  server.close();
});

it('a DATA_DIR that is a file is named', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  expect(await startInVain({ DATA_DIR: file })).toBe(`DATA_DIR: ${file} cannot be made a directory (EEXIST)`);
});
