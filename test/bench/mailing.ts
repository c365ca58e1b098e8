import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { followMailing } from '#src/campaigns/follow-mailing.ts';
import type { AppContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { emailContents, sendingIdentities } from '#src/db/schema/emails.ts';
import { createSkeleton } from '#src/emails/create-skeleton.ts';
import { runMailPump } from '#src/emails/run-mail-pump.ts';
import { newId } from '#src/platform/ids.ts';
import { type Counters, counted } from './counters.ts';
import type { Ground } from './ground.ts';
import { createMailCampaign, createMailer } from './mail-ground.ts';
import { openPool, type Sample } from './mail-pools.ts';
import { type Section, type Watch, watch } from './measure.ts';
import { serverCpuSeconds } from './server-cpu.ts';
import { startSinkProcess } from './sink-process.ts';

export type MailingSize = { recipients: number; repetitions: number };

/** Mails through the whole engine, against nodemailer's pool that keeps no books. */
export async function benchMailing(ground: Ground, { recipients, repetitions }: MailingSize): Promise<Section> {
  await using sink = await startSinkProcess();
  await using site = await ground.open({ SMTP_URL: sink.url });
  const { ctx } = site;
  const mailer = await createMailer(ctx, recipients);
  const warm = await createMailer(ctx, 500);
  const first = await createMailCampaign(warm);
  await deliver(ctx, first, 500);
  const pool = await openPool(ctx, sink.url, await sampleOf(ctx, first));
  await pool.build(300);
  const raws = await composeAll(ctx, first, recipients, 'ses');
  const signed = await composeAll(ctx, first, recipients, 'smtp');
  const [ours, built, passed, bare]: [Watch[], Watch[], Watch[], Watch[]] = [[], [], [], []];
  const [counters, serverCpu]: [Counters[], number[]] = [[], []];
  for (let i = 0; i < repetitions; i++) {
    built.push(await pool.build(recipients));
    const id = await createMailCampaign(mailer);
    const before = serverCpuSeconds(ground.postmaster);
    counters.push(await counted(ctx, async () => ours.push(await deliver(ctx, id, recipients))));
    serverCpu.push(serverCpuSeconds(ground.postmaster) - before);
    passed.push(await pool.pass(raws));
    bare.push(await pool.passSigned(signed));
  }
  pool.close();
  return present(recipients, signed[0]!.length, { ours, built, passed, bare, counters, serverCpu });
}

type Measured = {
  ours: Watch[];
  built: Watch[];
  passed: Watch[];
  bare: Watch[];
  counters: Counters[];
  serverCpu: number[];
};

function present(
  recipients: number,
  bytes: number,
  { ours, built, passed, bare, counters, serverCpu }: Measured,
): Section {
  const rate = (watches: Watch[]) => watches.map(({ seconds }) => recipients / seconds);
  const cost = (watches: Watch[]) => watches.map(({ cpuSeconds }) => (cpuSeconds * 1000) / recipients);
  const pools: [string, Watch[]][] = [
    ['nodemailer’s pool, which makes and signs each', built],
    ['nodemailer’s pool, of mails made before, which it signs', passed],
    ['nodemailer’s pool, of mails made and signed before', bare],
  ];
  return {
    title: `Email: ${recipients} mails of ${Math.round(bytes / 1024)} KB to an SMTP server that takes all, ten connections`,
    figures: [
      ...pools.map(([what, pool]) => ({
        what: 'mails made, signed, sent and written down',
        unit: '/s',
        values: rate(ours),
        baseline: { what, values: rate(pool) },
      })),
      ...pools.map(([what, pool]) => ({
        what: 'processor time of this process per mail',
        unit: 'ms',
        values: cost(ours),
        baseline: { what, values: cost(pool) },
      })),
      {
        what: 'processor time of PostgreSQL per mail',
        unit: 'ms',
        values: serverCpu.map((seconds) => (seconds * 1000) / recipients),
      },
      {
        what: 'statements per mail, BEGIN and COMMIT included',
        unit: '',
        values: counters.map(({ statements }) => statements / recipients),
      },
      { what: 'event loop blocked at most', unit: 'ms', values: ours.map(({ blockedMs }) => blockedMs) },
    ],
    notes: [
      'Same server, same key, same content, and nodemailer reads the key once too, which makes it faster than it is by itself. The pools keep no record of anybody: what they had on their way when they die is forgotten or sent twice.',
    ],
  };
}

/** Runs a pump until the campaign is done. */
async function deliver(ctx: AppContext, id: string, recipients: number): Promise<Watch> {
  const taken = await watch(async () => {
    const pump = await runMailPump(ctx, (campaignId, end) => followMailing(ctx, campaignId, end));
    for (;;) {
      const [row] = await ctx.db.select().from(campaigns).where(eq(campaigns.id, id));
      if (row!.status === 'completed') break;
      await sleep(50);
    }
    await pump.stop();
  });
  const [row] = await ctx.db.execute<{ count: number }>(
    sql`select count(*)::int as count from campaign_recipients where campaign_id = ${id} and status = 'sent'`,
  );
  if (row!.count !== recipients) throw new Error(`${row!.count} of ${recipients} were sent`);
  return taken;
}

async function readContent(ctx: AppContext, id: string) {
  const [row] = await ctx.db
    .select({ campaign: campaigns, content: emailContents, identity: sendingIdentities })
    .from(campaigns)
    .innerJoin(emailContents, eq(emailContents.id, campaigns.emailContentId))
    .innerJoin(sendingIdentities, eq(sendingIdentities.id, campaigns.identityId))
    .where(eq(campaigns.id, id));
  return row!;
}

async function sampleOf(ctx: AppContext, id: string): Promise<Sample> {
  const { content } = await readContent(ctx, id);
  const blank = (text: string) =>
    text
      .replaceAll(/\{\{\s*(unsubscribeUrl|link\d+)\s*\}\}/g, 'LINK')
      .replaceAll(/\{\{\s*firstName\s*\}\}/g, 'NAME')
      .replaceAll(/\{\{\s*pixel\s*\}\}/g, '');
  return { html: blank(content.html), plain: blank(content.plain), url: ctx.publicUrl };
}

/** SES signs by itself: made for it, mails are not signed. */
async function composeAll(ctx: AppContext, id: string, count: number, kind: 'ses' | 'smtp') {
  const { compose } = createSkeleton(ctx, { ...(await readContent(ctx, id)), carrier: { kind } });
  return Array.from({ length: count }, (_, i) => {
    const name = `Müşteri${i}`;
    const addressee = { recipientId: newId(), name, address: `m${i}@example.com`, variables: { firstName: name } };
    return Buffer.from(compose(addressee).raw);
  });
}
