import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { startProcess } from '#test/support/processes.ts';
import { AUTH_SECRET, type Ground } from './ground.ts';
import { INSPECTED, type LiveMemory, readLiveMemory } from './live-heap.ts';
import { createMailCampaign, createMailer } from './mail-ground.ts';
import { median, type Section } from './measure.ts';
import { startSinkProcess } from './sink-process.ts';

const SAMPLE_MS = 250;
const QUARTERS = 4;
const MB = 1024 * 1024;
const PAGE_BYTES = 4096;

/** A worker process of its own that sends one large campaign: whether its memory grows with it. */
export async function benchMailMemory(ground: Ground, { recipients }: { recipients: number }): Promise<Section> {
  await using sink = await startSinkProcess();
  await using site = await ground.open({ SMTP_URL: sink.url });
  const id = await createMailCampaign(await createMailer(site.ctx, recipients));
  const begun = performance.now();
  await using worker = await startProcess({
    DATABASE_URL: site.databaseUrl,
    DATA_DIR: join(ground.dataDir, 'worker'),
    AUTH_SECRET,
    EVOLUTION_URL: 'http://127.0.0.1:9',
    EVOLUTION_API_KEY: 'none',
    PUBLIC_URL: site.url,
    SMTP_URL: sink.url,
    LOG_LEVEL: 'error',
    ROLES: 'worker',
    ...INSPECTED,
  });
  const live: LiveMemory[] = [];
  const samples: { sent: number; mb: number }[] = [];
  for (let sent = 0; sent < recipients; ) {
    await sleep(SAMPLE_MS);
    sent = await sentCount(site.ctx, id);
    samples.push({ sent, mb: await residentMb(worker.pid) });
    if (sent >= (recipients * (live.length + 1)) / QUARTERS) live.push(await readLiveMemory(worker));
  }
  const seconds = (performance.now() - begun) / 1000;
  const part = (from: number, to: number) =>
    samples.filter(({ sent }) => sent >= recipients * from && sent < recipients * to).map(({ mb }) => mb);
  return {
    title: `Memory of a worker while it sends ${recipients} mails`,
    figures: [
      {
        what: 'held after a collection, at the end',
        unit: 'MB',
        values: [held(live.at(-1)!)],
        baseline: { what: 'after a quarter', values: [held(live[0]!)] },
      },
      {
        what: 'resident in the last quarter',
        unit: 'MB',
        values: [median(part(0.75, 2))],
        baseline: { what: 'in the second quarter', values: [median(part(0.25, 0.5))] },
      },
      { what: 'resident at most', unit: 'MB', values: [Math.max(...samples.map(({ mb }) => mb))] },
      { what: 'mails sent, the start of the process included', unit: '/s', values: [recipients / seconds] },
    ],
    notes: [
      `Held after each quarter (heap and buffers): ${live.map((memory) => `${held(memory).toFixed(1)} MB`).join(', ')}. What is resident besides is garbage that V8 has not needed to collect.`,
    ],
  };
}

const held = ({ heap, buffers }: LiveMemory): number => heap + buffers;

async function sentCount(ctx: AppContext, id: string): Promise<number> {
  const [row] = await ctx.db.execute<{ count: string }>(
    sql`select sent_count as count from campaign_progress where campaign_id = ${id}`,
  );
  return Number(row!.count);
}

async function residentMb(pid: number): Promise<number> {
  const [, pages] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
  return (Number(pages) * PAGE_BYTES) / MB;
}
