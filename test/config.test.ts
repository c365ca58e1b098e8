import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '#src/config.ts';

const SECRET = 's'.repeat(32);
const real = { EVOLUTION_URL: 'http://evolution:8080', EVOLUTION_API_KEY: 'k', AUTH_SECRET: SECRET };

function refusal(env: Record<string, string | undefined>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Every variable, with values that it refuses. */
const wrong: Record<string, string[]> = {
  PORT: ['x', '-1', '65536', '80.5', '0x10', '1e3', ' ', '80 '],
  PUBLIC_URL: ['ulak.example.com', 'ftp://ulak.example.com', '/', 'http://'],
  DATABASE_URL: ['mysql://db/ulak', 'db:5432', 'ulak'],
  DATABASE_WAIT_SECONDS: ['-1', '3601', 'long', ' '],
  DATABASE_POOL: ['1', '101', 'many', '2.5', ' '],
  S3_BUCKET: ['A', 'my bucket', '../files', '-files'],
  S3_REGION: ['Frankfurt!', 'eu central 1'],
  S3_ENDPOINT: ['minio:9000', 'ftp://minio'],
  S3_FORCE_PATH_STYLE: ['yes', '1', 'TRUE'],
  EVOLUTION_URL: ['evolution', 'ws://evolution'],
  EVOLUTION_MANAGER_URL: ['/manager', 'manager.example.com'],
  SMTP_URL: ['http://mail', 'mail.example.com:25'],
  SES_REGION: ['Frankfurt', 'eu', 'eu-central', 'eu-central-1; drop'],
  SES_ENDPOINT: ['ses', 'ftp://ses'],
  SES_CONFIGURATION_SET: ['a b', 'set/1', 'x'.repeat(65)],
  SES_TOPIC_ARNS: [
    'ulak-events',
    'arn:aws:sqs:eu-central-1:123456789012:ulak',
    'arn:aws:sns:eu-central-1:12:ulak',
    'arn:aws:sns:eu-central-1:123456789012:*',
    'arn:aws:sns:eu-central-1:123456789012:ulak;x',
  ],
  NETGSM_USER: ['u'.repeat(101)],
  NETGSM_PASSWORD: ['p'.repeat(201)],
  NETGSM_SENDER: ['AB', 'TWELVE CHARS', 'a@b', 'AD\nX'],
  NETGSM_URL: ['netgsm', 'ftp://netgsm'],
  SMS_REGION: ['Frankfurt', 'eu', 'eu-central-1; drop'],
  SMS_SENDER: ['x', 'a b', 'ULAK\nX'],
  SMS_ENDPOINT: ['sms', 'ftp://sms'],
  SMS_CONFIGURATION_SET: ['a b', 'set/1'],
  SMS_TOPIC_ARNS: ['ulak', 'arn:aws:sns:eu-central-1:123456789012:*'],
  SMS_CREDITS_PER_SEGMENT: ['-1', '1.5', '1001', 'free'],
  MAIL_FROM: ['ulak', 'Ulak <ulak>', 'a@b\nBcc: all@example.com', 'Ulak a@b', '<a@b>'],
  ADMIN_EMAIL: ['admin', 'admin@', 'a b@c.de'],
  ADMIN_PASSWORD: ['short', 'x'.repeat(129)],
  ROLES: ['apis', 'api;worker', ',', 'api,admin'],
  SEND_DELAY_FLOOR_SECONDS: ['-1', '3601', 'x', ' '],
  IMPORT_KEEP_DAYS: ['0', '366', '1.5', 'long'],
  ARCHIVE_KEEP_DAYS: ['0', '91', '1.5', 'long'],
  ARCHIVE_LIMIT_MB: ['0', '1.5', 'large'],
  ARCHIVE_UNPACKED_LIMIT_MB: ['0', '1.5', 'large'],
  RECEIVED_FILE_LIMIT_MB: ['0', '101', '1.5', 'large'],
  WEBHOOK_FAILING_DAYS: ['0', '31', 'never'],
  ERASE_AFTER_DAYS: ['-1', '366', '1.5', 'never'],
  ACTIVITY_RETENTION_MONTHS: ['2', '1201', '12.5', 'ever'],
  RECOVERY_SPEED: ['0', '0.5', '101', 'fast'],
  AUTH_SECRET: ['short', 'x'.repeat(31)],
  FORMER_AUTH_SECRETS: ['short', `${'x'.repeat(32)},short`],
  SECRET_KEYS: ['x'.repeat(31), Array(11).fill('x'.repeat(32)).join(',')],
  ALLOW_PRIVATE_TARGETS: ['10.0.0.0', '10.0.0.0/33', 'all', '10.0.0.0/8,x', '::/129', '10.0.0.0/8/8', '10.0.0.0/-1'],
  TRUSTED_PROXIES: ['10.0.0.1', 'all', '10.0.0.0/33', '*', '10.0.0.0/8 fd00::/8'],
  CORS_ORIGINS: [
    '*',
    'crm.example.com',
    'https://crm.example.com/',
    'https://crm.example.com/app',
    'https://a.example.com,b',
  ],
  METRICS_TOKEN: ['short', 'x'.repeat(15)],
  METRICS_PORT: ['-1', '65536', 'metrics'],
  LOG_LEVEL: ['loud', 'INFO', '3'],
  LOG_DATABASE: ['loud', 'on', '3'],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['collector', 'ftp://c'],
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ['collector'],
  OTEL_EXPORTER_OTLP_PROTOCOL: ['grpc'],
  OTEL_EXPORTER_OTLP_HEADERS: ['secret'],
  OTEL_RESOURCE_ATTRIBUTES: ['x'],
  OTEL_SDK_DISABLED: ['maybe'],
  OTEL_TRACES_SAMPLER: ['some'],
  OTEL_TRACES_SAMPLER_ARG: ['2', 'half'],
  LOG_RETENTION_DAYS: ['0', '1.5', '366', 'long'],
};

describe('readConfig', () => {
  const table = Object.entries(wrong).flatMap(([name, values]) => values.map((value) => [name, value] as const));
  it.each(table)('refuses %s=%j in one line that names it', (name, value) => {
    const partner =
      name === 'ADMIN_EMAIL'
        ? { ADMIN_PASSWORD: 'long enough' }
        : name === 'ADMIN_PASSWORD'
          ? { ADMIN_EMAIL: 'a@example.com' }
          : {};
    expect(refusal({ ...partner, [name]: value })).toMatch(new RegExp(`^${name}: [^\\n]+$`));
  });

  it('has a wrong value for every variable that can be wrong', () => {
    const source = readFileSync(join(import.meta.dirname, '../src/config.ts'), 'utf8');
    const names = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(([, name]) => name!);
    const anything = ['HOST', 'DATA_DIR', 'EVOLUTION_API_KEY'];
    expect(names.filter((name) => !(name in wrong)).sort()).toEqual([...anything].sort());
  });

  it.each([
    ['EVOLUTION_API_KEY', { EVOLUTION_URL: 'http://e', AUTH_SECRET: SECRET }],
    ['EVOLUTION_URL', { EVOLUTION_API_KEY: 'k' }],
    ['EVOLUTION_URL', { EVOLUTION_MANAGER_URL: 'https://wa.example.com/manager' }],
    ['AUTH_SECRET', { EVOLUTION_URL: 'http://e', EVOLUTION_API_KEY: 'k' }],
    ['ADMIN_PASSWORD', { ADMIN_EMAIL: 'a@example.com' }],
    ['ADMIN_EMAIL', { ADMIN_PASSWORD: 'long enough' }],
    ['SMTP_URL', { SMTP_URL: 'smtp://mail', SES_REGION: 'eu-central-1' }],
    ['S3_BUCKET', { S3_ENDPOINT: 'http://minio:9000' }],
    ['S3_BUCKET', { S3_REGION: 'eu-central-1' }],
    ['S3_REGION', { S3_BUCKET: 'files' }],
    ['NETGSM_USER', { NETGSM_USER: 'u', SMS_REGION: 'eu-central-1' }],
    ['NETGSM_USER', { NETGSM_SENDER: 'ULAK' }],
    ['NETGSM_PASSWORD', { NETGSM_USER: 'u', NETGSM_SENDER: 'ULAK' }],
    ['NETGSM_SENDER', { NETGSM_USER: 'u', NETGSM_PASSWORD: 'p' }],
    ['SMS_REGION', { SMS_SENDER: 'ULAK' }],
    ['SMS_REGION', { SMS_TOPIC_ARNS: 'arn:aws:sns:eu-central-1:123456789012:ulak' }],
    ['SMS_SENDER', { SMS_REGION: 'eu-central-1' }],
    ['SES_REGION', { SES_ENDPOINT: 'http://ses' }],
    ['SES_REGION', { SES_CONFIGURATION_SET: 'ulak' }],
    ['SES_REGION', { SES_TOPIC_ARNS: 'arn:aws:sns:eu-central-1:123456789012:ulak' }],
  ])('refuses to go without %s where it is needed', (name, env) =>
    expect(refusal(env)).toMatch(new RegExp(`^${name}: `)),
  );

  it('never repeats a secret in what it says', () => {
    const hush = 'hush';
    for (const name of ['AUTH_SECRET', 'ADMIN_PASSWORD', 'DATABASE_URL', 'SMTP_URL'])
      expect(refusal({ ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD: 'long enough', [name]: hush })).not.toContain(
        hush,
      );
  });

  it('needs nothing in the sandbox', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: null,
      databaseUrl: null,
      dataDir: '.ulak',
      evolution: null,
      admin: null,
      authSecret: null,
      roles: ['api', 'worker'],
      sendDelayFloorSeconds: 0,
      allowPrivateTargets: ['127.0.0.0/8', '::1/128'],
      corsOrigins: [],
      logLevel: 'info',
    });
  });

  it('is careful outside of it', () => {
    expect(readConfig(real)).toMatchObject({
      evolution: { url: 'http://evolution:8080', apiKey: 'k', managerUrl: null },
      sendDelayFloorSeconds: 3,
      allowPrivateTargets: [],
    });
  });

  it('takes an empty value for none', () => {
    const empty = Object.fromEntries(
      [...Object.keys(wrong), 'HOST', 'DATA_DIR', 'EVOLUTION_API_KEY'].map((name) => [name, '']),
    );
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it('keeps uploads at home, in Amazon’s bucket by its host, elsewhere by the path', () => {
    const bucket = { S3_BUCKET: 'files', S3_REGION: 'eu-central-1' };
    expect(readConfig({}).s3).toBeNull();
    expect(readConfig(bucket).s3).toEqual({
      ...{ bucket: 'files', region: 'eu-central-1', endpoint: null, forcePathStyle: false },
    });
    expect(readConfig({ S3_BUCKET: 'files', S3_ENDPOINT: 'http://minio:9000/' }).s3).toEqual({
      ...{ bucket: 'files', region: 'us-east-1', endpoint: 'http://minio:9000', forcePathStyle: true },
    });
    expect(readConfig({ ...bucket, S3_ENDPOINT: 'https://r2', S3_FORCE_PATH_STYLE: 'false' }).s3).toMatchObject({
      forcePathStyle: false,
    });
  });

  it('reads what is given', () => {
    const config = readConfig({
      ...real,
      PORT: '0',
      PUBLIC_URL: 'https://ulak.example.com/',
      EVOLUTION_URL: 'http://evolution:8080//',
      EVOLUTION_MANAGER_URL: 'https://wa.example.com/manager',
      ROLES: ' worker , worker',
      CORS_ORIGINS: 'https://crm.example.com, http://localhost:5173',
      ALLOW_PRIVATE_TARGETS: '10.0.0.0/8, fd00::/8',
      SEND_DELAY_FLOOR_SECONDS: '0.5',
    });
    expect(config).toMatchObject({
      port: 0,
      publicUrl: 'https://ulak.example.com',
      evolution: { url: 'http://evolution:8080', managerUrl: 'https://wa.example.com/manager' },
      roles: ['worker'],
      corsOrigins: ['https://crm.example.com', 'http://localhost:5173'],
      allowPrivateTargets: ['10.0.0.0/8', 'fd00::/8'],
      sendDelayFloorSeconds: 0.5,
    });
  });
});
