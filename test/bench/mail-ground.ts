import { sql } from 'drizzle-orm';
import { createCampaign } from '#src/campaigns/create-campaign.ts';
import { startDueCampaigns } from '#src/campaigns/start-due-campaigns.ts';
import type { AppContext } from '#src/context.ts';
import { createIdentity } from '#src/emails/create-identity.ts';
import { createSenders, type Sender } from './populate.ts';

/** A sender with a verified identity, whose customers have agreed to mail. */
export async function createMailer(ctx: AppContext, recipients: number): Promise<Sender> {
  const [sender] = (await createSenders(ctx, 1, recipients)) as [Sender];
  await ctx.db.execute(sql`
    insert into consents (organization_id, customer_id, channel, state, source, given_at, actor_type)
    select organization_id, id, 'email', 'given', 'form', '2026-01-01T00:00:00Z', 'user' from customers
    where organization_id = ${sender.organizationId}`);
  await createIdentity(sender.ctx, {
    fromName: 'Çınar Mağazası',
    fromEmail: 'bilgi@cinar.example',
    tradeName: 'Çınar Mağazacılık Ltd.',
    contact: 'Bağdat Cad. 12, İstanbul',
  });
  await ctx.db.execute(sql`update sending_identities set status = 'verified', verified_at = now()`);
  return sender;
}

export const mailInput = ({ groupId }: Sender) => ({
  name: 'Bahar',
  channel: 'email' as const,
  audience: { groupIds: [groupId] },
  startAt: null,
  subject: 'Merhaba {{ firstName }}',
  layout: {
    name: 'announcement' as const,
    title: 'Bahar geldi, indirim başladı',
    text: 'Merhaba {{ firstName }},\n\nBu hafta boyunca tüm ürünlerde yüzde yirmi indirim var.',
    button: { label: 'Alışverişe başla', url: 'https://cinar.example/bahar' },
  },
});

/** A campaign to all of the sender's customers, with links that are followed, about to be sent. */
export async function createMailCampaign(sender: Sender): Promise<string> {
  const id = await createCampaign(sender.ctx, mailInput(sender));
  await startDueCampaigns(sender.ctx);
  return id;
}
