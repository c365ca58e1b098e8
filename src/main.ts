import { type Config, ConfigError, readConfig } from './config.ts';
import { createLog } from './platform/log.ts';
import { startUlak } from './start-ulak.ts';

const GRACE_MS = 35_000;

/** Reads the configuration, starts, and stops at SIGTERM or SIGINT; a second signal ends it at once. */
async function main(): Promise<void> {
  const config = readOrExit();
  const log = createLog(config.logLevel);
  const ulak = await startUlak(config, log).catch((error: unknown) => {
    log.fatal({ err: error }, 'could not start');
    process.stderr.write(`Ulak could not start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
  announce(config, ulak.url, ulak.admin);
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    await ulak.stop();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function readOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`Ulak could not start: ${error.message}\n`);
    return process.exit(1);
  }
}

function announce(config: Config, url: string, admin: { email: string; password: string } | null): void {
  if (!config.roles.includes('api')) return void process.stdout.write('Ulak works: jobs, sends and webhooks\n');
  const lines = [`Ulak is ready at ${url}`, `  API documentation: ${url}/docs`];
  if (!config.evolution) lines.push('  Sandbox: no phone needed; WhatsApp is simulated (evolution/README.md)');
  if (admin && !config.admin) lines.push(`  Platform admin:    ${admin.email}  password: ${admin.password}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

await main();
