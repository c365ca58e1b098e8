import { type Config, readConfig } from './config.ts';
import { explainRefusal } from './explain-refusal.ts';
import { createLog, levelNumber } from './platform/log.ts';
import { createLogSink } from './platform/log-sink.ts';
import { startUlak } from './start-ulak.ts';

const GRACE_MS = 35_000;

/** Reads the configuration, starts, and stops at SIGTERM or SIGINT; a second signal ends it at once. */
async function main(): Promise<void> {
  const config = readConfig();
  const logSink = config.logs.level === null ? null : createLogSink(levelNumber(config.logs.level));
  const log = createLog(config.logLevel, undefined, logSink);
  const waiting = new AbortController();
  const starting = startUlak(config, log, { signal: waiting.signal, logSink });
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    waiting.abort();
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    // one that is still starting is waited for: half of it cannot be stopped
    await (await starting.catch(() => null))?.stop();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const ulak = await starting.catch((error) => {
    if (!stopping) throw error;
  });
  if (ulak && !stopping) announce(config, ulak.url, ulak.admin);
}

function announce(config: Config, url: string, admin: { email: string; password: string } | null): void {
  if (!config.roles.includes('api')) return void process.stdout.write('Ulak works: jobs, sends and webhooks\n');
  const lines = [`Ulak is ready at ${url}`, `  API documentation: ${url}/docs`];
  if (!config.evolution) lines.push('  Sandbox: no phone needed; WhatsApp is simulated (evolution/README.md)');
  if (!config.evolution && !config.mail.smtpUrl && !config.mail.sesRegion)
    lines.push(`  Sandbox mailbox:   ${url}/sandbox/mail`);
  if (admin && !config.admin) lines.push(`  Platform admin:    ${admin.email}  password: ${admin.password}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** One line that says what an operator can do; a fault of ours comes with its stack, in the log. */
function giveUp(error: unknown): never {
  const line = explainRefusal(error);
  if (line === null) createLog('fatal').fatal({ err: error }, 'could not start');
  process.stderr.write(`Ulak could not start: ${line ?? String(error).split('\n')[0]}\n`);
  process.exit(1);
}

await main().catch(giveUp);
