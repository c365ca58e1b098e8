import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { createCampaign } from '#src/campaigns/create-campaign.ts';
import { quoteCampaign } from '#src/campaigns/quote-campaign.ts';
import type { Ground } from './ground.ts';
import { createMailer, mailInput } from './mail-ground.ts';
import { type Section, timed, type Watch, watch } from './measure.ts';

export type MailCreationSize = { recipients: number; repetitions: number };

/** What it takes to freeze a large audience into an email campaign, against writing the same rows and nothing else. */
export async function benchMailCreation(
  ground: Ground,
  { recipients, repetitions }: MailCreationSize,
): Promise<Section> {
  await using site = await ground.open();
  const mailer = await createMailer(site.ctx, recipients);
  await site.ctx.db.execute(sql`create table bare_recipients (like campaign_recipients including all)`);
  const input = mailInput(mailer);
  const [created, bare, quoted]: [Watch[], number[], Watch[]] = [[], [], []];
  for (let i = 0; i < repetitions; i++) {
    await sleep(500);
    const taken = await watch(() => createCampaign(mailer.ctx, input));
    created.push(taken);
    await site.ctx.db.execute(sql`truncate bare_recipients`);
    const insert = sql`insert into bare_recipients select * from campaign_recipients where campaign_id = ${taken.result}`;
    bare.push(await timed(async () => site.ctx.db.execute(insert)));
    quoted.push(await watch(() => quoteCampaign(mailer.ctx, input)));
  }
  const baseline = { what: 'INSERT … SELECT of the same rows, all indexes', values: bare };
  const seconds = (watches: Watch[]) => watches.map(({ seconds }) => seconds);
  return {
    title: `Creation of an email campaign of ${recipients}`,
    figures: [
      { what: 'create: checks, MJML, consent, snapshot', unit: 's', values: seconds(created), baseline },
      { what: 'quote of the same', unit: 's', values: seconds(quoted), baseline },
      { what: 'create: memory above the start at most', unit: 'MB', values: created.map(({ grownMb }) => grownMb) },
      { what: 'create: event loop blocked at most', unit: 'ms', values: created.map(({ blockedMs }) => blockedMs) },
    ],
    notes: [],
  };
}
