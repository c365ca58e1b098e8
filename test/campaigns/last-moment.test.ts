import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Claim } from '#src/campaigns/lane.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { applyOptOuts } from '#src/messages/apply-opt-outs.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { stage } from './scene.ts';
import { pumpDry } from './stage.ts';

type Scene = Awaited<ReturnType<typeof stage>>;
type Someone = { address: string; customerId: string };

const claimed = async (scene: Scene): Promise<Claim> => {
  const claim = await claimNextMessage(scene.ctx);
  if (typeof claim === 'string') throw new Error(`nothing claimed: ${claim}`);
  return claim;
};
const suppress = (body: (someone: Someone) => object) => (scene: Scene, someone: Someone) =>
  scene.acme.call('POST', '/v1/suppressions', body(someone));
const customer =
  (method: string, body?: object) =>
  (scene: Scene, { customerId }: Someone) =>
    scene.acme.call(method, `/v1/customers/${customerId}`, body);

/** What takes away the leave to write, after the campaign was made; and the reason that is shown. */
const guards: [string, (scene: Scene, someone: Someone) => Promise<unknown>, string][] = [
  ['the phone is blacklisted', suppress(({ address }) => ({ phone: address, level: 'blacklist' })), 'blacklisted'],
  ['the customer is blacklisted', suppress(({ customerId }) => ({ customerId, level: 'blacklist' })), 'blacklisted'],
  [
    'his email is blacklisted',
    async (scene, someone) => {
      await customer('PATCH', { email: 'kime@example.com' })(scene, someone);
      await suppress(() => ({ email: 'kime@example.com', level: 'blacklist' }))(scene, someone);
    },
    'blacklisted',
  ],
  ['the phone is graylisted', suppress(({ address }) => ({ phone: address, level: 'graylist' })), 'graylisted'],
  [
    'he opts out',
    (scene, { address }) =>
      applyOptOuts(scene.ctx, [
        {
          instanceId: scene.instanceId,
          phone: address,
          providerMessageId: 'IN1',
          text: 'ret',
          at: scene.clock.now(),
        },
      ]),
    'blacklisted',
  ],
  ['the customer is deleted', customer('DELETE'), 'customer-deleted'],
  ['his phone has changed', customer('PATCH', { phone: '+905329998877' }), 'phone-changed'],
  ['his phone is taken off', customer('PATCH', { phone: null }), 'phone-changed'],
];

const bulkSends = (scene: Scene) => scene.simulator.sends().filter(({ text }) => text?.startsWith('Merhaba'));

async function expectSkipped(scene: Scene, reason: string): Promise<void> {
  await pumpDry(scene.ctx);
  await scene.drain();
  expect(bulkSends(scene)).toHaveLength(1);
  const [first, second] = await scene.recipients();
  expect(first).toMatchObject({ status: 'skipped', statusReason: reason, spentCredits: 0 });
  expect(second.status).not.toBe('skipped');
  expect(await scene.campaign()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 1 } });
  expect(await scene.ledger()).toEqual([]);
}

describe('F22: nobody is written to who may not be at the moment of sending', () => {
  it.each(guards)('%s before the claim: skipped, not charged', async (_, guard, reason) => {
    await using scene = await stage({ count: 2 });
    const [someone] = await scene.recipients();
    await guard(scene, someone);
    await expectSkipped(scene, reason);
  });

  it.each(guards)('%s between claim and call: skipped, not charged', async (_, guard, reason) => {
    await using scene = await stage({ count: 2 });
    const [someone] = await scene.recipients();
    const claim = await claimed(scene);
    expect(claim.recipientId).toBe(someone.id);
    await guard(scene, someone);
    await sendClaim(scene.ctx, claim);
    expect(scene.simulator.sends()).toHaveLength(0);
    await expectSkipped(scene, reason);
  });

  it('between two parts: the second does not follow the first', async () => {
    await using scene = await stage({ count: 1, media: ['voice'] });
    await sendClaim(scene.ctx, await claimed(scene));
    const [someone] = await scene.recipients();
    const claim = await claimed(scene);
    await suppress(({ address }) => ({ phone: address, level: 'blacklist' }))(scene, someone);
    await sendClaim(scene.ctx, claim);
    await pumpDry(scene.ctx);
    await scene.drain();
    expect(scene.simulator.sends()).toHaveLength(1);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 1 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('a graylisted phone is written to where that was asked for; a blacklisted one never', async () => {
    await using scene = await stage({ count: 2 });
    await scene.ctx.db.execute(sql`update campaigns set audience = audience || '{"includeGraylisted": true}'::jsonb`);
    const [first, second] = await scene.recipients();
    await suppress(({ address }) => ({ phone: address, level: 'graylist' }))(scene, first);
    await suppress(({ address }) => ({ phone: address, level: 'blacklist' }))(scene, second);
    await pumpDry(scene.ctx);
    expect(bulkSends(scene).map(({ number }) => `+${number}`)).toEqual([first.address]);
  });

  it('a suppression that has run out, or was taken back, or is another organization’s, holds nobody up', async () => {
    await using scene = await stage({ count: 3 });
    const [first, second, third] = await scene.recipients();
    const until = { level: 'graylist', expiresAt: '2026-03-02T09:30:00Z' };
    await suppress(({ address }) => ({ phone: address, ...until }))(scene, first);
    await suppress(({ address }) => ({ phone: address, level: 'blacklist' }))(scene, second);
    await scene.ctx.db.execute(sql`delete from suppressions where phone = ${second.address}`);
    await scene.globex.call('POST', '/v1/suppressions', { phone: third.address, level: 'blacklist' });
    scene.clock.set('2026-03-02T09:30:00Z');
    expect(await pumpDry(scene.ctx)).toBe(3);
  });
});

describe('F22: what cannot be checked does not leave', () => {
  const broken: [string, string][] = [
    ['suppressions', 'claim'],
    ['customers', 'claim'],
    ['suppressions', 'call'],
    ['customers', 'call'],
    ['members', 'call'],
    ['user_settings', 'call'],
  ];
  it.each(broken)(
    'the database fails over %s before the %s: nothing leaves, and later it goes on',
    async (table, at) => {
      await using scene = await stage({ count: 1 });
      const rename = (from: string, to: string) =>
        scene.ctx.db.execute(sql`alter table ${sql.identifier(from)} rename to ${sql.identifier(to)}`);
      const claim = at === 'call' ? await claimed(scene) : null;
      await rename(table, 'gone');
      if (claim) await expect(sendClaim(scene.ctx, claim)).rejects.toThrow();
      else await expect(claimNextMessage(scene.ctx)).rejects.toThrow();
      expect(scene.simulator.sends()).toHaveLength(0);
      await rename('gone', table);
      scene.clock.advance({ seconds: 91 });
      expect(await pumpDry(scene.ctx)).toBe(1);
      expect(scene.simulator.sends()).toHaveLength(1);
    },
  );
});

describe('a user who may not send', () => {
  const consultant = async (scene: Scene) => {
    const account = { email: 'can@example.com', name: 'Can', password: 'correct horse battery', role: 'consultant' };
    return (await (await scene.acme.call('POST', '/v1/organization/members', account)).json()).userId as string;
  };
  /** The campaign and the number are the consultant's. */
  const handOver = async (scene: Scene, userId: string, what: 'campaigns' | 'both') => {
    await scene.ctx.db.execute(sql`update campaigns set user_id = ${userId}`);
    await scene.ctx.db.execute(sql`update messages set user_id = ${userId}`);
    await scene.ctx.db.execute(sql`update user_settings set delay_min_seconds = 0, delay_max_seconds = 0`);
    if (what === 'campaigns') return;
    await scene.ctx.db.execute(sql`update instances set user_id = ${userId}`);
    await scene.ctx.db.execute(sql`update lanes set user_id = ${userId}`);
  };
  const paused = async (scene: Scene) =>
    (await scene.ctx.db.execute(sql`select status, status_reason from campaigns`))[0];

  it.each(['campaigns', 'both'] as const)(
    'removed from the organization (%s his): his campaign pauses',
    async (what) => {
      await using scene = await stage({ count: 2 });
      const userId = await consultant(scene);
      await handOver(scene, userId, what);
      expect((await scene.acme.call('DELETE', `/v1/organization/members/${userId}`)).status).toBe(204);
      expect(await pumpDry(scene.ctx)).toBe(0);
      expect(scene.simulator.sends()).toHaveLength(0);
      expect(await paused(scene)).toEqual({ status: 'paused', status_reason: 'user-removed' });
    },
  );

  it.each(['campaigns', 'both'] as const)(
    'removed between claim and call (%s his): the message does not leave',
    async (what) => {
      await using scene = await stage({ count: 2 });
      const userId = await consultant(scene);
      await handOver(scene, userId, what);
      const claim = await claimed(scene);
      await scene.acme.call('DELETE', `/v1/organization/members/${userId}`);
      await sendClaim(scene.ctx, claim);
      expect(scene.simulator.sends()).toHaveLength(0);
      expect(await pumpDry(scene.ctx)).toBe(0);
      expect(await paused(scene)).toEqual({ status: 'paused', status_reason: 'user-removed' });
    },
  );

  it('banned, his number carries nobody’s messages any more, one that is claimed included', async () => {
    await using scene = await stage({ count: 2 });
    const userId = await consultant(scene);
    await scene.ctx.db.execute(sql`update instances set user_id = ${userId}`);
    await scene.ctx.db.execute(sql`update lanes set user_id = ${userId}`);
    const claim = await claimed(scene);
    await scene.admin.call('PUT', `/v1/admin/users/${userId}/ban`, { reason: 'spam' });
    await sendClaim(scene.ctx, claim);
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(scene.simulator.sends()).toHaveLength(0);
    expect(await paused(scene)).toEqual({ status: 'paused', status_reason: 'user-banned' });
  });

  it('an owner’s own campaign goes on over the lane of others while a removed one pauses', async () => {
    await using scene = await stage({ count: 1 });
    const userId = await consultant(scene);
    await handOver(scene, userId, 'campaigns');
    await scene.acme.call('POST', '/v1/campaigns', {
      name: 'Own',
      channel: 'whatsapp',
      text: 'Merhaba',
      audience: { customerIds: [scene.customers.ayse] },
      startAt: null,
    });
    await scene.drain();
    await scene.acme.call('DELETE', `/v1/organization/members/${userId}`);
    await pumpDry(scene.ctx);
    scene.clock.advance({ seconds: 1 });
    await pumpDry(scene.ctx);
    expect(scene.simulator.sends()).toHaveLength(1);
  });
});
