import { sql } from 'drizzle-orm';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { sweepCampaignsJob } from '#src/campaigns/jobs.ts';
import { addressHash } from '#src/customers/address-hash.ts';
import { withdrawEmail } from '#src/customers/withdraw-email.ts';
import { readSandboxMail } from '#src/emails/sandbox/queries.ts';
import { createReaders, emailBody, emailScene, handleOf, mailbox, makeCampaign } from './email-scene.ts';

const LATER = '2026-03-02T15:00:00+03:00';

it('201: goes to whoever agreed, once, and completes; costs no credits and tells nothing of them', async () => {
  await using world = await emailScene();
  const before = await (await world.acme.call('GET', '/v1/credits')).json();
  const response = await world.acme.call('POST', '/v1/campaigns', emailBody(world));
  const created = await response.json();
  expect([response.status, created]).toMatchObject([
    201,
    {
      channel: 'email',
      status: 'pending',
      instanceId: null,
      text: null,
      recipientCount: 2,
      messagesPerRecipient: 1,
      counts: { queued: 2 },
      credits: { held: 0, spent: 0 },
      excluded: [
        { reason: 'blacklisted', count: 1 },
        { reason: 'no-consent', count: 1 },
      ],
      email: { from: world.identityId, subject: 'Merhaba {{ firstName }}', language: 'tr', subjectTest: null },
    },
  ]);
  expect(created.email.html).toContain('Günaydın {{ firstName }}');
  expect(created.endsAtEstimate).not.toBeNull();
  const campaign = handleOf(world, created.id);
  await world.drain();
  expect(await campaign.read()).toMatchObject({
    status: 'completed',
    counts: { queued: 0, sending: 0, failed: 0, skipped: 0, unknown: 0 },
    progress: 1,
    endedAt: '2026-03-02T09:00:00.000Z',
  });
  const recipients = await campaign.recipients();
  expect(recipients.map(({ address }: { address: string }) => address).sort()).toEqual([
    'demir@example.com',
    'yilmaz@example.com',
  ]);
  expect(recipients[0]).toMatchObject({ messages: [], spentCredits: 0, email: { sentAt: '2026-03-02T09:00:00.000Z' } });
  expect(await (await world.acme.call('GET', '/v1/credits')).json()).toEqual(before);
  const mails = await mailbox(world);
  expect(mails.map(({ to, subject }) => `${to}: ${subject}`).sort()).toEqual([
    'demir@example.com: Merhaba Burak',
    'yilmaz@example.com: Merhaba Ayşe',
  ]);
  const mail = await PostalMime.parse(await readSandboxMail(world.ctx, mails[0]!.id));
  expect(mail.from).toEqual({ name: 'Çınar Mağazası', address: 'bilgi@cinar.example' });
  expect(mail.text).toContain('Çınar & Şahin Ltd.');
  expect(mail.html).toContain('https://cinar.example/bahar');
  expect(mail.headers.find(({ key }) => key === 'list-unsubscribe-post')?.value).toBe('List-Unsubscribe=One-Click');
});

it('consent withdrawn, suppressed, deleted, address changed while it runs: skipped with the reason; the rest is sent', async () => {
  await using world = await emailScene();
  const { acme, ctx } = world;
  const groupId = await createReaders(
    world,
    acme,
    [1, 2, 3, 4, 5].map((i) => `later+${i}@example.com`),
  );
  const campaign = handleOf(world, await makeCampaign(world, emailBody(world, groupId)));
  await world.drain();
  expect(await campaign.read()).toMatchObject({ status: 'running', counts: { queued: 5 } });
  const [withdrawn, suppressed, deleted, changed, untouched] = await campaign.recipients();
  const { organizationId } = acme;
  const { customerId, address: email } = withdrawn;
  await withdrawEmail(ctx, {
    organizationId,
    customerId,
    email,
    emailHash: addressHash(organizationId, email),
    reason: 'unsubscribe',
    evidence: null,
    at: world.clock.now(),
  });
  const list = { customerId: suppressed.customerId, level: 'blacklist' };
  expect((await acme.call('POST', '/v1/suppressions', list)).status).toBe(201);
  expect((await acme.call('DELETE', `/v1/customers/${deleted.customerId}`)).status).toBeLessThan(300);
  const moved = await acme.call('PATCH', `/v1/customers/${changed.customerId}`, { email: 'neu@example.com' });
  expect(moved.status).toBe(200);
  const decision = async (recipient: { id: string }) =>
    (await acme.call('GET', `/v1/campaigns/${campaign.id}/recipients/${recipient.id}/decision`)).json();
  expect(await decision(withdrawn)).toMatchObject({ code: 'suppressed', suppression: 'unsubscribed' });
  expect(await decision(untouched)).toMatchObject({ code: 'in-queue', suppression: null, cold: false });
  for (const minutes of [5, 30]) {
    world.clock.advance({ minutes });
    await world.drain();
  }
  expect(await campaign.read()).toMatchObject({ status: 'completed', counts: { skipped: 4 } });
  const reasons = (await campaign.recipients()).map(({ statusReason }: { statusReason: string }) => statusReason);
  expect(reasons.slice(0, 4)).toEqual(['unsubscribed', 'blacklisted', 'customer-deleted', 'address-changed']);
  expect((await mailbox(world)).map(({ to }) => to)).toEqual([untouched.address]);
});

describe('a campaign on its way', () => {
  it('pauses, resumes, is cancelled; who was not written to is skipped; no hold was ever there', async () => {
    await using world = await emailScene();
    const groupId = await createReaders(world, world.acme, ['a@example.com', 'later@example.com']);
    const campaign = handleOf(world, await makeCampaign(world, emailBody(world, groupId)));
    await world.drain();
    expect((await campaign.act('pause')).status).toBe(200);
    world.clock.advance({ minutes: 10 });
    await world.drain();
    expect(await campaign.read()).toMatchObject({ status: 'paused', counts: { queued: 1 } });
    expect((await campaign.act('resume')).status).toBe(200);
    await world.drain();
    expect(await campaign.read()).toMatchObject({ status: 'running', counts: { queued: 1 } });
    const cancelled = await campaign.act('cancel');
    expect([cancelled.status, await cancelled.json()]).toMatchObject([
      200,
      {
        status: 'cancelled',
        statusReason: 'cancelled-by-user',
        counts: { skipped: 1 },
        credits: { held: 0, spent: 0 },
      },
    ]);
    expect((await campaign.act('cancel')).status).toBe(409);
    expect((await campaign.act('retry-failed', {})).status).toBe(409);
    expect(await world.ctx.db.execute(sql`select from credit_holds`)).toEqual([]);
  });

  it('200: retry-failed sends again what may help; an address that does not exist is not tried again', async () => {
    await using world = await emailScene();
    const groupId = await createReaders(world, world.acme, [
      'reject@example.com',
      'spam@example.com',
      'ok@example.com',
    ]);
    const campaign = handleOf(world, await makeCampaign(world, emailBody(world, groupId)));
    await world.drain();
    const failed = await campaign.recipients();
    const reasons = failed.map((one: { address: string; statusReason: string }) => [one.address, one.statusReason]);
    expect(Object.fromEntries(reasons)).toEqual({
      'reject@example.com': 'invalid-address',
      'spam@example.com': 'invalid-content',
      'ok@example.com': null,
    });
    const [refused] = failed.filter(({ address }: { address: string }) => address === 'reject@example.com');
    expect(refused.email.errorCode).toContain('550');
    expect(await campaign.read()).toMatchObject({ status: 'completed', counts: { failed: 2 } });
    const again = await campaign.act('retry-failed', {});
    expect([again.status, await again.json()]).toMatchObject([
      200,
      { status: 'pending', counts: { queued: 1, failed: 1 } },
    ]);
    await world.drain();
    expect(await campaign.read()).toMatchObject({ status: 'completed', counts: { failed: 2 } });
    expect((await campaign.act('retry-failed', { reasons: ['mailbox-unavailable'] })).status).toBe(409);
  });

  it('waits for the organization’s window, and starts earlier when that opens earlier', async () => {
    await using world = await emailScene();
    const window = { start: '18:00', end: '20:00', days: [1, 2, 3, 4, 5, 6, 7], timeZone: 'Europe/Istanbul' };
    const set = (sendingWindow: object | null) =>
      world.acme.call('PUT', '/v1/organization/email-settings', { sendingWindow });
    const body = emailBody(world);
    expect((await set(window)).status).toBe(200);
    const quoted = await (await world.acme.call('POST', '/v1/campaigns/quote', body)).json();
    expect(quoted).toMatchObject({ startsAt: '2026-03-02T15:00:00.000Z' });
    expect(quoted.warnings.map(({ code }: { code: string }) => code)).toEqual(['outside-sending-window']);
    await set(null);
    const groupId = await createReaders(world, world.acme, ['later@example.com']);
    const running = handleOf(world, await makeCampaign(world, emailBody(world, groupId)));
    await world.drain();
    await set(window);
    world.clock.advance({ minutes: 6 });
    await world.drain();
    expect(await running.read()).toMatchObject({
      status: 'pending',
      statusReason: 'outside-sending-window',
      nextRunAt: '2026-03-02T15:00:00.000Z',
    });
    expect(await (await world.acme.call('GET', `/v1/campaigns/${running.id}/decision`)).json()).toMatchObject({
      code: 'outside-sending-window',
      nextAllowedAt: '2026-03-02T15:00:00.000Z',
    });
    await set({ ...window, start: '12:30' });
    await world.ctx.jobs.send(sweepCampaignsJob, {});
    world.clock.set('2026-03-02T09:40:00Z');
    await world.drain();
    expect(await running.read()).toMatchObject({ status: 'running', counts: { queued: 1 } });
  });

  it('paused when its identity may not send any more, until a person has set that right', async () => {
    await using world = await emailScene();
    const campaign = handleOf(world, await makeCampaign(world, emailBody(world, null, { startAt: LATER })));
    await world.ctx.db.execute(sql`update sending_identities set deleted_at = ${LATER}::timestamptz`);
    world.clock.set('2026-03-02T12:00:00Z');
    await world.drain();
    expect(await campaign.read()).toMatchObject({
      status: 'paused',
      statusReason: 'identity-not-verified',
      counts: { queued: 2 },
    });
    expect(await mailbox(world)).toEqual([]);
    await world.ctx.db.execute(sql`update sending_identities set deleted_at = null`);
    await campaign.act('resume');
    await world.drain();
    expect(await campaign.read()).toMatchObject({ status: 'completed' });
  });

  it('ends at its validUntil: the rest is skipped as expired', async () => {
    await using world = await emailScene();
    const groupId = await createReaders(world, world.acme, ['later@example.com', 'ok@example.com']);
    const body = emailBody(world, groupId, { validUntil: '2026-03-02T12:03:00+03:00' });
    const campaign = handleOf(world, await makeCampaign(world, body));
    await world.drain();
    world.clock.advance({ minutes: 10 });
    await world.drain();
    await world.ctx.jobs.send(sweepCampaignsJob, {});
    await world.drain();
    expect(await campaign.read()).toMatchObject({
      status: 'completed',
      statusReason: 'expired',
      counts: { skipped: 1 },
    });
  });
});
