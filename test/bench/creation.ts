import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { createCampaign } from '#src/campaigns/create-campaign.ts';
import { quoteCampaign } from '#src/campaigns/quote-campaign.ts';
import { media, storedContents } from '#src/db/schema/files.ts';
import { newId } from '#src/platform/ids.ts';
import type { Ground } from './ground.ts';
import { type Section, timed, type Watch, watch } from './measure.ts';
import { createSenders, type Sender } from './populate.ts';
import { TEXT } from './texts.ts';

export type CreationSize = { recipients: number; repetitions: number };

/** What it takes to freeze a large audience into a campaign, against writing the same rows and nothing else. */
export async function benchCreation(ground: Ground, { recipients, repetitions }: CreationSize): Promise<Section> {
  await using site = await ground.open();
  const [small, sender] = [
    ...(await createSenders(site.ctx, 1, recipients / 10)),
    ...(await createSenders(site.ctx, 1, recipients)),
  ] as [Sender, Sender];
  await site.ctx.db.execute(sql`create table bare_recipients (like campaign_recipients including all)`);
  const inputs = { small: await inputOf(small), large: await inputOf(sender) };
  const tenth = await watch(() => createCampaign(small.ctx, inputs.small));
  const [created, bare, quoted]: [Watch[], number[], Watch[]] = [[], [], []];
  for (let i = 0; i < repetitions; i++) {
    await sleep(500);
    const taken = await watch(() => createCampaign(sender.ctx, inputs.large));
    created.push(taken);
    await site.ctx.db.execute(sql`truncate bare_recipients`);
    const insert = sql`insert into bare_recipients select * from campaign_recipients where campaign_id = ${taken.result}`;
    bare.push(await timed(async () => site.ctx.db.execute(insert)));
    quoted.push(await watch(() => quoteCampaign(sender.ctx, inputs.large)));
  }
  const baseline = { what: 'INSERT … SELECT of the same rows, same indexes', values: bare };
  return {
    title: `Creation of a campaign of ${recipients} (an image and a personalised text)`,
    figures: [
      {
        what: 'create: checks, snapshot, plan, hold',
        unit: 's',
        values: created.map(({ seconds }) => seconds),
        baseline,
      },
      { what: 'quote of the same', unit: 's', values: quoted.map(({ seconds }) => seconds), baseline },
      { what: 'create: memory above the start at most', unit: 'MB', values: created.map(({ grownMb }) => grownMb) },
      { what: `create of ${recipients / 10}: the same`, unit: 'MB', values: [tenth.grownMb] },
      { what: 'create: event loop blocked at most', unit: 'ms', values: created.map(({ blockedMs }) => blockedMs) },
      { what: 'quote: event loop blocked at most', unit: 'ms', values: quoted.map(({ blockedMs }) => blockedMs) },
    ],
    notes: [
      'The baseline checks no foreign key, counts nothing and has the rows ready; the snapshot joins group, customers and suppressions.',
    ],
  };
}

async function inputOf({ ctx, organizationId, userId, groupId }: Sender) {
  const id = newId();
  await ctx.db.insert(storedContents).values({ organizationId, sha256: id, storageKey: `media/${id}` });
  await ctx.db.insert(media).values({
    id,
    organizationId,
    userId,
    kind: 'image',
    mimeType: 'image/png',
    sizeBytes: 1,
    sha256: id,
    fileName: 'a.png',
    storageKey: `media/${id}`,
  });
  return {
    name: 'Bahar',
    channel: 'whatsapp' as const,
    text: TEXT,
    mediaIds: [id],
    audience: { groupIds: [groupId] },
    startAt: null,
  };
}
