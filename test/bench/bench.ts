import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchConversations } from './conversations.ts';
import { benchCreation } from './creation.ts';
import { benchFilters } from './filters.ts';
import { type Ground, openGround } from './ground.ts';
import { benchHotPaths } from './hot-paths.ts';
import { benchImporting } from './importing.ts';
import { benchIngestion } from './ingestion.ts';
import { benchLag } from './lag.ts';
import { benchLoop } from './loop.ts';
import { benchMailCreation } from './mail-creation.ts';
import { benchMailMemory } from './mail-memory.ts';
import { benchMailing } from './mailing.ts';
import type { Section } from './measure.ts';
import { benchReceiving } from './receiving.ts';
import { presentPage, presentSection } from './report.ts';
import { benchSending } from './sending.ts';
import { benchWebhooks } from './webhooks.ts';

const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);

type Bench = { full(ground: Ground): Promise<Section>; quick(ground: Ground): Promise<Section> };

const benches: Record<string, Bench> = {
  creation: {
    full: (ground) => benchCreation(ground, { recipients: 100_000, repetitions: 3 }),
    quick: (ground) => benchCreation(ground, { recipients: 20_000, repetitions: 1 }),
  },
  sending: {
    full: (ground) => benchSending(ground, { lanes: 100, recipients: 20, repetitions: 3 }),
    quick: (ground) => benchSending(ground, { lanes: 100, recipients: 3, repetitions: 1 }),
  },
  mailing: {
    full: (ground) => benchMailing(ground, { recipients: 5000, repetitions: 3 }),
    quick: (ground) => benchMailing(ground, { recipients: 1000, repetitions: 1 }),
  },
  'mail-creation': {
    full: (ground) => benchMailCreation(ground, { recipients: 100_000, repetitions: 3 }),
    quick: (ground) => benchMailCreation(ground, { recipients: 20_000, repetitions: 1 }),
  },
  'mail-memory': {
    full: (ground) => benchMailMemory(ground, { recipients: 100_000 }),
    quick: (ground) => benchMailMemory(ground, { recipients: 3000 }),
  },
  importing: {
    full: (ground) => benchImporting(ground, { rows: 100_000 }),
    quick: (ground) => benchImporting(ground, { rows: 10_000 }),
  },
  ingestion: {
    full: (ground) => benchIngestion(ground, { messages: 3000, repetitions: 3 }),
    quick: (ground) => benchIngestion(ground, { messages: 500, repetitions: 1 }),
  },
  receiving: {
    full: (ground) => benchReceiving(ground, { messages: 5000, people: 500, repetitions: 3 }),
    quick: (ground) => benchReceiving(ground, { messages: 1000, people: 200, repetitions: 1 }),
  },
  conversations: {
    full: (ground) => benchConversations(ground, { conversations: 20_000, messagesEach: 50, looks: 100 }),
    quick: (ground) => benchConversations(ground, { conversations: 2000, messagesEach: 10, looks: 20 }),
  },
  filters: {
    full: (ground) => benchFilters(ground, { customers: 1_000_000, looks: 20, counts: 4 }),
    quick: (ground) => benchFilters(ground, { customers: 100_000, looks: 5, counts: 3 }),
  },
  lag: {
    full: (ground) => benchLag(ground, { lanes: 1000, everySeconds: 10, seconds: 30 }),
    quick: (ground) => benchLag(ground, { lanes: 100, everySeconds: 10, seconds: 12 }),
  },
  loop: {
    full: (ground) => benchLoop(ground, { customers: 50_000, sections: 800 }),
    quick: (ground) => benchLoop(ground, { customers: 5000, sections: 100 }),
  },
  webhooks: {
    full: (ground) => benchWebhooks(ground, { events: 5000, repetitions: 3 }),
    quick: (ground) => benchWebhooks(ground, { events: 2000, repetitions: 1 }),
  },
  'hot-paths': {
    full: (ground) => benchHotPaths(ground, { recipients: 100_000, messages: 200 }),
    quick: (ground) => benchHotPaths(ground, { recipients: 20_000, messages: 50 }),
  },
};

/** `npm run bench -- [--quick] [--only sending] [--write]`: measures, prints, and with `--write` renews docs/benchmarks.md. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean' }, write: { type: 'boolean' }, only: { type: 'string', multiple: true } },
  });
  const chosen = Object.entries(benches).filter(([name]) => values.only?.includes(name) ?? true);
  await using ground = await openGround();
  const sections: Section[] = [];
  for (const [, bench] of chosen) {
    const section = await (values.quick ? bench.quick(ground) : bench.full(ground));
    process.stdout.write(`${presentSection(section)}\n`);
    sections.push(section);
  }
  if (!values.write) return;
  for (const { page } of sections) if (page) await writeFile(new URL(page.name, PAGE), page.text);
  // the page of all figures is of one run
  if (values.only) return;
  await writeFile(
    PAGE,
    presentPage(sections, { postgres: ground.version, date: new Date().toISOString().slice(0, 10) }),
  );
}

// ends PostgreSQL and the simulator too: both are told so when this process exits
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
