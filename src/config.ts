import { z } from 'zod';
import { areCidrs, CIDRS, isOrigin, list, MAILBOX, number, secrets, TOPIC_ARN } from './platform/environment.ts';
import { arrangeTracing, type TracingConfig, tracingEnvironment } from './platform/tracing-config.ts';

const webUrl = z.url({ protocol: /^https?$/ });
const role = z.enum(['api', 'worker']);

const environment = z.object({
  PORT: number(z.number().int().max(65_535)).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: webUrl.optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL: number(z.number().int().min(2).max(100)).default(10),
  DATABASE_WAIT_SECONDS: number(z.number().max(3600)).default(60),
  DATA_DIR: z.string().min(1).default('.ulak'),
  IMPORT_KEEP_DAYS: number(z.number().int().min(1).max(365)).default(7),
  ARCHIVE_KEEP_DAYS: number(z.number().int().min(1).max(90)).default(3),
  ARCHIVE_LIMIT_MB: number(z.number().int().min(1).max(1_000_000)).default(4096),
  ARCHIVE_UNPACKED_LIMIT_MB: number(z.number().int().min(1).max(10_000_000)).default(40_960),
  RECEIVED_FILE_LIMIT_MB: number(z.number().int().min(1).max(100)).default(25),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket')
    .optional(),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'a region such as eu-central-1')
    .optional(),
  S3_ENDPOINT: webUrl.optional(),
  S3_FORCE_PATH_STYLE: z.enum(['true', 'false']).optional(),
  EVOLUTION_URL: webUrl.optional(),
  EVOLUTION_API_KEY: z.string().min(1).optional(),
  EVOLUTION_MANAGER_URL: webUrl.optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  SES_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1')
    .optional(),
  SES_ENDPOINT: webUrl.optional(),
  SES_CONFIGURATION_SET: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'a name of letters, digits, _ and -')
    .optional(),
  SES_TOPIC_ARNS: z
    .string()
    .default('')
    .transform(list)
    .refine((arns) => arns.every((arn) => TOPIC_ARN.test(arn)), 'a comma-separated list of ARNs of SNS topics'),
  NETGSM_USER: z.string().min(1).max(100).optional(),
  NETGSM_PASSWORD: z.string().min(1).max(200).optional(),
  NETGSM_SENDER: z
    .string()
    .regex(/^[\p{L}\p{N} .&_-]{3,11}$/u, 'a sender registered with Netgsm, of 3 to 11 characters')
    .optional(),
  NETGSM_URL: webUrl.optional(),
  SMS_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1')
    .optional(),
  SMS_SENDER: z
    .string()
    .regex(/^[\w+:/-]{3,256}$/, 'a phone number, a sender id or a pool of the AWS account')
    .optional(),
  SMS_ENDPOINT: webUrl.optional(),
  SMS_CONFIGURATION_SET: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'a name of letters, digits, _ and -')
    .optional(),
  SMS_TOPIC_ARNS: z
    .string()
    .default('')
    .transform(list)
    .refine((arns) => arns.every((arn) => TOPIC_ARN.test(arn)), 'a comma-separated list of ARNs of SNS topics'),
  SMS_CREDITS_PER_SEGMENT: number(z.number().int().max(1000)).default(1),
  MAIL_FROM: z.string().regex(MAILBOX, 'an address such as Ulak <ulak@example.com>').default('Ulak <ulak@localhost>'),
  ADMIN_EMAIL: z.email().optional(),
  ADMIN_PASSWORD: z.string().min(8).max(128).optional(),
  ROLES: z.string().default('api,worker').transform(list).pipe(z.array(role).min(1)),
  SEND_DELAY_FLOOR_SECONDS: number(z.number().max(3600)).optional(),
  WEBHOOK_FAILING_DAYS: number(z.number().min(1).max(30)).default(5),
  ACTIVITY_RETENTION_MONTHS: number(z.number().int().min(3).max(1200)).default(120),
  ERASE_AFTER_DAYS: number(z.number().int().min(0).max(365)).default(30),
  RECOVERY_SPEED: number(z.number().min(1).max(100)).default(1),
  AUTH_SECRET: z.string().min(32).optional(),
  FORMER_AUTH_SECRETS: secrets,
  SECRET_KEYS: secrets,
  ALLOW_PRIVATE_TARGETS: z.string().transform(list).refine(areCidrs, CIDRS).optional(),
  TRUSTED_PROXIES: z.string().default('').transform(list).refine(areCidrs, CIDRS),
  METRICS_TOKEN: z.string().min(16).optional(),
  METRICS_PORT: number(z.number().int().max(65_535)).optional(),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform(list)
    .refine((origins) => origins.every(isOrigin), 'a comma-separated list of origins such as https://crm.example.com'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LOG_DATABASE: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'off']).default('info'),
  LOG_RETENTION_DAYS: number(z.number().int().min(1).max(365)).default(14),
  ...tracingEnvironment,
});

export type Role = z.infer<typeof role>;
export type Config = {
  port: number;
  host: string;
  publicUrl: string | null;
  databaseUrl: string | null;
  databasePool: number;
  /** How long the start waits for a database that is not up yet. */
  databaseWaitSeconds: number;
  dataDir: string;
  /** How long drafts of imports and rejected rows are there. */
  importKeepDays: number;
  /** Exports and imports of the database: how long their files are there, and how large one may be, as it comes and unpacked. */
  archives: { keepDays: number; limitBytes: number; unpackedLimitBytes: number };
  /** Larger files that messages bring are not fetched. */
  receivedFileLimitBytes: number;
  /** Null: uploads are kept in DATA_DIR. */
  s3: { bucket: string; region: string; endpoint: string | null; forcePathStyle: boolean } | null;
  /** Null: the sandbox, with the simulator in Evolution's place. */
  evolution: { url: string; apiKey: string; managerUrl: string | null } | null;
  /** Neither SMTP nor SES: the sandbox mailbox. */
  mail: {
    smtpUrl: string | null;
    sesRegion: string | null;
    sesEndpoint: string | null;
    /** Whose events tell what becomes of a mail. */
    sesConfigurationSet: string | null;
    /** The SNS topics whose messages are believed. */
    sesTopicArns: string[];
    from: string;
  };
  /** Neither Netgsm nor AWS: in the sandbox a list of its own, elsewhere none is sent. */
  sms: {
    netgsm: { url: string; user: string; password: string; sender: string } | null;
    /** Its events tell what becomes of an SMS; messages of these SNS topics are believed. */
    aws: {
      region: string;
      sender: string;
      endpoint: string | null;
      configurationSet: string | null;
      topicArns: string[];
    } | null;
    creditsPerSegment: number;
  };
  admin: { email: string; password: string } | null;
  roles: Role[];
  sendDelayFloorSeconds: number;
  /** An endpoint of webhooks out that has taken nothing for so long is switched off. */
  webhookFailingDays: number;
  /** A customer who was deleted is erased after so many days; until then he can be restored. */
  eraseAfterDays: number;
  /** Activities are kept for so many whole months. */
  activityRetentionMonths: number;
  /** Divides time-outs, leases and the times of reconciliation; above 1 only where crashes are rehearsed. */
  recoverySpeed: number;
  /** Null only in the sandbox, where one is made and kept in DATA_DIR. */
  authSecret: string | null;
  formerAuthSecrets: string[];
  /** The first seals, all open; empty: AUTH_SECRET seals, and former ones are recognised. */
  secretKeys: string[];
  allowPrivateTargets: string[];
  /** Whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  /** Who bears it may read the figures; null: only neighbours may. */
  metricsToken: string | null;
  /** Where figures and health are served besides; null: nowhere. */
  metricsPort: number | null;
  corsOrigins: string[];
  logLevel: string;
  /** What is kept in the database besides: from which level on, null for nothing, and for how long. */
  logs: { level: string | null; retentionDays: number };
  /** Null: nothing is traced. */
  tracing: TracingConfig | null;
};

/** A wrong or missing value; the message is one line that names the variable. */
export class ConfigError extends Error {}

/** The only reader of the environment. Empty values count as unset. Throws ConfigError. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ConfigError(`${String(issue.path[0])}: ${issue.message}`);
  }
  return arrange(parsed.data);
}

function arrange(env: z.infer<typeof environment>): Config {
  const sandbox = env.EVOLUTION_URL === undefined;
  requireCompanions(env, sandbox);
  return {
    port: env.PORT,
    host: env.HOST,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    databaseUrl: env.DATABASE_URL ?? null,
    databasePool: env.DATABASE_POOL,
    databaseWaitSeconds: env.DATABASE_WAIT_SECONDS,
    dataDir: env.DATA_DIR,
    importKeepDays: env.IMPORT_KEEP_DAYS,
    archives: {
      keepDays: env.ARCHIVE_KEEP_DAYS,
      limitBytes: env.ARCHIVE_LIMIT_MB * 1024 ** 2,
      unpackedLimitBytes: env.ARCHIVE_UNPACKED_LIMIT_MB * 1024 ** 2,
    },
    receivedFileLimitBytes: env.RECEIVED_FILE_LIMIT_MB * 1024 * 1024,
    s3: arrangeS3(env),
    evolution: sandbox
      ? null
      : {
          url: env.EVOLUTION_URL!.replace(/\/+$/, ''),
          apiKey: env.EVOLUTION_API_KEY!,
          managerUrl: env.EVOLUTION_MANAGER_URL ?? null,
        },
    mail: {
      smtpUrl: env.SMTP_URL ?? null,
      sesRegion: env.SES_REGION ?? null,
      sesEndpoint: env.SES_ENDPOINT ?? null,
      sesConfigurationSet: env.SES_CONFIGURATION_SET ?? null,
      sesTopicArns: env.SES_TOPIC_ARNS,
      from: env.MAIL_FROM,
    },
    sms: arrangeSms(env),
    admin: env.ADMIN_EMAIL ? { email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD! } : null,
    roles: [...new Set(env.ROLES)],
    sendDelayFloorSeconds: env.SEND_DELAY_FLOOR_SECONDS ?? (sandbox ? 0 : 3),
    webhookFailingDays: env.WEBHOOK_FAILING_DAYS,
    activityRetentionMonths: env.ACTIVITY_RETENTION_MONTHS,
    eraseAfterDays: env.ERASE_AFTER_DAYS,
    recoverySpeed: env.RECOVERY_SPEED,
    authSecret: env.AUTH_SECRET ?? null,
    formerAuthSecrets: env.FORMER_AUTH_SECRETS,
    secretKeys: env.SECRET_KEYS,
    allowPrivateTargets: env.ALLOW_PRIVATE_TARGETS ?? (sandbox ? ['127.0.0.0/8', '::1/128'] : []),
    trustedProxies: env.TRUSTED_PROXIES,
    metricsToken: env.METRICS_TOKEN ?? null,
    metricsPort: env.METRICS_PORT ?? null,
    corsOrigins: env.CORS_ORIGINS,
    logLevel: env.LOG_LEVEL,
    logs: { level: env.LOG_DATABASE === 'off' ? null : env.LOG_DATABASE, retentionDays: env.LOG_RETENTION_DAYS },
    tracing: arrangeTracing(env),
  };
}

/** What must or must not be set beside another. */
function requireCompanions(env: z.infer<typeof environment>, sandbox: boolean): void {
  if (sandbox && env.EVOLUTION_API_KEY) throw new ConfigError('EVOLUTION_URL: required with EVOLUTION_API_KEY');
  if (sandbox && env.EVOLUTION_MANAGER_URL) throw new ConfigError('EVOLUTION_URL: required with EVOLUTION_MANAGER_URL');
  if (!sandbox && !env.EVOLUTION_API_KEY) throw new ConfigError('EVOLUTION_API_KEY: required with EVOLUTION_URL');
  if (!sandbox && !env.AUTH_SECRET)
    throw new ConfigError('AUTH_SECRET: required outside the sandbox (32 characters or more)');
  if ((env.ADMIN_EMAIL === undefined) !== (env.ADMIN_PASSWORD === undefined))
    throw new ConfigError(`${env.ADMIN_EMAIL ? 'ADMIN_PASSWORD' : 'ADMIN_EMAIL'}: required beside the other`);
  if (env.SMTP_URL && env.SES_REGION) throw new ConfigError('SMTP_URL: set either SMTP_URL or SES_REGION, not both');
  for (const name of ['SES_ENDPOINT', 'SES_CONFIGURATION_SET', 'SES_TOPIC_ARNS'] as const)
    if (env[name]?.length && !env.SES_REGION) throw new ConfigError(`SES_REGION: required with ${name}`);
}

function arrangeS3(env: z.infer<typeof environment>): Config['s3'] {
  const { S3_BUCKET: bucket, S3_REGION: region, S3_ENDPOINT: endpoint, S3_FORCE_PATH_STYLE: pathStyle } = env;
  for (const name of ['S3_REGION', 'S3_ENDPOINT', 'S3_FORCE_PATH_STYLE'] as const)
    if (env[name] && !bucket) throw new ConfigError(`S3_BUCKET: required with ${name}`);
  if (!bucket) return null;
  if (!region && !endpoint)
    throw new ConfigError('S3_REGION: required with S3_BUCKET, unless S3_ENDPOINT says where it is');
  return {
    bucket,
    region: region ?? 'us-east-1',
    endpoint: endpoint?.replace(/\/+$/, '') ?? null,
    forcePathStyle: pathStyle ? pathStyle === 'true' : endpoint !== undefined,
  };
}

function arrangeSms(env: z.infer<typeof environment>): Config['sms'] {
  const { NETGSM_USER: user, NETGSM_PASSWORD: password, NETGSM_SENDER: sender, SMS_REGION: region } = env;
  if (user && region) throw new ConfigError('NETGSM_USER: set either NETGSM_USER or SMS_REGION, not both');
  for (const name of ['NETGSM_PASSWORD', 'NETGSM_SENDER', 'NETGSM_URL'] as const)
    if (env[name] && !user) throw new ConfigError(`NETGSM_USER: required with ${name}`);
  for (const name of ['SMS_SENDER', 'SMS_ENDPOINT', 'SMS_CONFIGURATION_SET', 'SMS_TOPIC_ARNS'] as const)
    if (env[name]?.length && !region) throw new ConfigError(`SMS_REGION: required with ${name}`);
  if (user && !password) throw new ConfigError('NETGSM_PASSWORD: required with NETGSM_USER');
  if (user && !sender) throw new ConfigError('NETGSM_SENDER: required with NETGSM_USER');
  if (region && !env.SMS_SENDER) throw new ConfigError('SMS_SENDER: required with SMS_REGION');
  const url = env.NETGSM_URL?.replace(/\/+$/, '') ?? 'https://api.netgsm.com.tr';
  return {
    netgsm: user ? { url, user, password: password!, sender: sender! } : null,
    aws: region
      ? {
          region,
          sender: env.SMS_SENDER!,
          endpoint: env.SMS_ENDPOINT ?? null,
          configurationSet: env.SMS_CONFIGURATION_SET ?? null,
          topicArns: env.SMS_TOPIC_ARNS,
        }
      : null,
    creditsPerSegment: env.SMS_CREDITS_PER_SEGMENT,
  };
}
