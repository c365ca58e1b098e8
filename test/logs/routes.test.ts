import { expect, it } from 'vitest';
import { createLogSink } from '#src/platform/log-sink.ts';
import { openInstance, pumpDry, startQuickSimulator } from '#test/campaigns/stage.ts';
import { createWorld } from '#test/support/world.ts';
import { untilShown } from './scene.ts';

type Line = {
  message: string;
  userId: string;
  organizationId: string;
  campaignId: string | null;
  job: string | null;
  fields: object;
};

it('the id of a request leads through it, the jobs it sent and the messages they send, each with whose they are', async () => {
  const simulator = await startQuickSimulator();
  await using world = await createWorld({ logSink: createLogSink(10, { everyMs: 1 }) });
  const { ctx, acme, admin, customers } = world;
  await openInstance(ctx, acme, simulator);
  const ask = async (path: string, body: object, requestId: string) => {
    const response = await acme.call('POST', path, body, { 'x-request-id': requestId });
    expect([path, response.status]).toEqual([path, 201]);
    return response.json();
  };
  const linesOf = async (requestId: string, ...wanted: string[]) => {
    const read = async () => {
      const page = await (await admin.call('GET', `/v1/admin/logs?requestId=${requestId}`)).json();
      return page.data.reverse() as Line[];
    };
    const lines = await untilShown(read, (shown) =>
      wanted.every((message) => shown.some((line) => line.message === message)),
    );
    expect(lines.map(({ message }) => message)).toEqual(expect.arrayContaining(wanted));
    for (const line of lines) expect(line).toMatchObject({ userId: acme.userId, organizationId: acme.organizationId });
    return lines;
  };
  await ask('/v1/messages', { customerId: customers.ayse, text: 'Merhaba' }, 'req-message');
  const audience = { customerIds: [customers.burak] };
  const campaign = await ask(
    '/v1/campaigns',
    { name: 'Bahar', channel: 'whatsapp', text: 'Selam', audience, startAt: null },
    'req-campaign',
  );
  await ask('/v1/sms', { customerId: customers.burak, text: 'Selam' }, 'req-sms');
  await world.drain();
  await pumpDry(ctx);
  const [request] = await linesOf('req-message', 'request', 'a message was sent');
  expect(request!.fields).toMatchObject({
    method: 'POST',
    route: '/v1/messages',
    status: 201,
    milliseconds: expect.any(Number),
  });
  const sent = (await linesOf('req-campaign', 'request', 'a message was sent')).find(
    ({ message }) => message === 'a message was sent',
  );
  expect(sent).toMatchObject({ campaignId: campaign.id });
  const sms = (await linesOf('req-sms', 'request', 'an SMS was sent')).find(
    ({ message }) => message === 'an SMS was sent',
  );
  expect(sms).toMatchObject({ job: 'sms.send' });
  await simulator.close();
});
